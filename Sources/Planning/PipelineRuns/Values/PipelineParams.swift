package import Manifests

/// The variables that the params of a Pipeline stand for: what the run gives, else the defaults.
///
/// A default may name other params, in any order and up to ten deep. An object that is given in part stays
/// so: its default does not fill it up.
package struct PipelineParams {
    private var values: Replacements
    private var openDefaults: [String: String] = [:]
    private var visiting: Set<String> = []

    /// Binds the params.
    /// - Parameters:
    ///   - given: The params of the run.
    ///   - declared: The params of the Pipeline.
    /// - Returns: The variables.
    /// - Throws: Tekton's words, if defaults name each other in a circle or a param that does not exist.
    package static func replacements(
        given: [Param],
        declared: [ParamSpec]
    ) throws(ParamResolutionError) -> Replacements {
        var params = PipelineParams(values: Replacements(params: given, scope: .pipeline))
        let names = Set(given.map(\.name))
        let open = declared.filter { !names.contains($0.name) }
        try params.resolveStrings(open)
        params.resolveArrays(open)
        params.resolveObjects(open)
        return params.values
    }

    private init(values: Replacements) { self.values = values }

    private mutating func resolveStrings(_ declared: [ParamSpec]) throws(ParamResolutionError) {
        var texts: [(name: String, text: String)] = []
        for spec in declared where spec.type == .string {
            guard case .string(let text)? = spec.defaultValue else { continue }
            texts.append((spec.name, text))
            openDefaults["params.\(spec.name)"] = text
        }
        for (name, text) in texts {
            let key = "params.\(name)"
            if values.strings[key] == nil { try resolve(key, text, depth: 0) }
            let value = values.strings[key] ?? text
            for variable in Self.notations(of: name) { values.strings[variable] = value }
        }
    }

    private mutating func resolve(_ key: String, _ text: String, depth: Int) throws(ParamResolutionError) {
        guard visiting.insert(key).inserted else { throw .circle(key) }
        defer { visiting.remove(key) }
        guard depth <= 10 else { throw .tooDeep(key) }
        for reference in VariableText.variables(in: text) where reference.hasPrefix("params.") {
            guard values.strings[reference] == nil else { continue }
            guard let next = openDefaults[reference] else { throw .unknown(key, reference) }
            try resolve(reference, next, depth: depth + 1)
        }
        values.strings[key] = values.apply(to: text)
    }

    private mutating func resolveArrays(_ declared: [ParamSpec]) {
        for spec in declared where spec.type == .array {
            guard case .array(let elements)? = spec.defaultValue else { continue }
            let array = elements.map { values.apply(to: $0) }
            for variable in Self.notations(of: spec.name) {
                values.arrays[variable] = array
                for (index, element) in array.enumerated() { values.strings["\(variable)[\(index)]"] = element }
            }
        }
    }

    private mutating func resolveObjects(_ declared: [ParamSpec]) {
        for spec in declared where spec.type == .object {
            guard case .object(let entries)? = spec.defaultValue else { continue }
            let object = entries.mapValues { values.apply(to: $0) }
            for variable in Self.notations(of: spec.name) {
                values.objects[variable] = object
                for (key, value) in object { values.strings["\(variable).\(key)"] = value }
            }
        }
    }

    /// The ways of writing a param.
    static func notations(of name: String) -> [String] {
        ["params.\(name)", "params[\"\(name)\"]", "params['\(name)']"]
    }
}

/// Why the defaults of a Pipeline's params have no value.
package enum ParamResolutionError: Error, Hashable {
    case circle(String)
    case tooDeep(String)
    case unknown(String, String)
}

extension ParamResolutionError: CustomStringConvertible {
    /// Tekton's words.
    package var description: String {
        switch self {
        case .circle(let key): "parameter resolution failed: circular dependency detected in param \"\(key)\""
        case .tooDeep(let key):
            "parameter resolution failed: maximum recursion depth (10) exceeded for param \"\(key)\""
        case .unknown(let key, let reference):
            "parameter resolution failed: param \"\(key)\" references undefined param \"\(reference)\""
        }
    }
}
