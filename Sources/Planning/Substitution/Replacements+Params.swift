package import Manifests

extension Replacements {
    /// How the params of whom a variable may name.
    package enum ParamScope: Sendable {
        /// `params.x`, `params["x"]` and `params['x']`.
        case pipeline
        /// The same, and `inputs.params.x` as older Tasks write it.
        case task
    }

    /// The variables that params stand for.
    /// - Parameters:
    ///   - params: What was given.
    ///   - declared: What is declared: its defaults hold where nothing was given; in a Task, key by key for objects.
    ///   - scope: Which names exist.
    package init(params: [Param], declared: [ParamSpec] = [], scope: ParamScope) {
        self.init()
        let given = Set(params.map(\.name))
        for param in declared.defaults where scope == .task || !given.contains(param.name) {
            add(param.name, param.value, scope: scope)
        }
        for param in params { add(param.name, param.value, scope: scope) }
    }

    fileprivate mutating func add(_ name: String, _ value: ParamValue, scope: ParamScope) {
        for variable in Self.variables(of: name, scope: scope) {
            switch value {
            case .string(let text): strings[variable] = text
            case .array(let list):
                arrays[variable] = list
                for (index, element) in list.enumerated() { strings["\(variable)[\(index)]"] = element }
            case .object(let object): objects[variable, default: [:]].merge(object) { $1 }
            }
        }
        guard case .object(let object) = value else { return }
        for (key, element) in object { strings["params.\(name).\(key)"] = element }
    }

    /// All ways to write the variable of a param.
    static func variables(of name: String, scope: ParamScope) -> [String] {
        let names = ["params.\(name)", "params[\"\(name)\"]", "params['\(name)']"]
        return scope == .task ? names + ["inputs.params.\(name)"] : names
    }
}

extension [ParamSpec] {
    /// The params that are in force: what was given, with the defaults of what was not; objects key by key.
    package func bound(to params: [Param]) -> [Param] {
        var bound: [Param] = []
        let defaults = Dictionary(defaults.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for spec in self {
            let given = params.last { $0.name == spec.name }?.value
            switch (given, defaults[spec.name]) {
            case (.object(let object)?, .object(let inherited)?):
                bound.append(Param(name: spec.name, value: .object(inherited.merging(object) { $1 })))
            case (let value?, _), (nil, let value?):
                bound.append(Param(name: spec.name, value: value))
            case (nil, nil): break
            }
        }
        let declared = Set(map(\.name))
        return bound + params.filter { !declared.contains($0.name) }
    }

    /// The defaults; one that names another param gets *its* default, whatever is given for it.
    ///
    /// As Tekton does it, a default that names several params takes the value of the last one that has a default; the
    /// other variables stay in the text. One that names only params without a default is left out.
    fileprivate var defaults: [Param] {
        var defaults: [Param] = []
        var references: [(name: String, text: String)] = []
        for spec in self {
            guard let value = spec.defaultValue else { continue }
            if case .string(let text) = value, text.contains("$(params.") {
                references.append((spec.name, text))
            } else {
                defaults.append(Param(name: spec.name, value: value))
            }
        }
        guard !references.isEmpty else { return defaults }
        var known = Replacements(params: defaults, scope: .task)
        for (name, text) in references {
            let sources = VariableExpression.all(in: text).filter { $0.hasPrefix("params.") }
            guard let source = sources.last(where: { known.strings[$0] != nil }), let value = known.strings[source]
            else { continue }
            let param = Param(name: name, value: .string(text.replacing("$(\(source))", with: value)))
            known.add(param.name, param.value, scope: .task)
            defaults.append(param)
        }
        return defaults
    }
}
