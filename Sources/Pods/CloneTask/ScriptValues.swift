import Manifests
import Planning

/// Why a Task's own image has to run.
struct OwnImageReason: Error {
    var text: String

    init(_ text: String) { self.text = text }
}

/// What the words of the script stand for in this run.
struct ScriptValues {
    /// Stands for a home that only the image knows.
    static let unknownHome = "/home-of-the-image"

    private var variables: [String: String] = [:]
    private var params: [String: String] = [:]
    private var workspaces: [String: String] = [:]

    init(plan: TaskRunPlan, step: Step) {
        variables["HOME"] = Self.unknownHome
        for variable in step.container.env {
            if case .literal(let value) = variable.value { variables[variable.name] = value }
        }
        for param in plan.params {
            if case .string(let value) = param.value { params["params.\(param.name)"] = value }
        }
        for workspace in plan.spec.workspaces {
            let isBound = plan.workspaces.contains { $0.name == workspace.name }
            workspaces["workspaces.\(workspace.name).bound"] = "\(isBound)"
            workspaces["workspaces.\(workspace.name).path"] = isBound ? workspace.mountPath : ""
        }
    }

    /// A variable of the shell; nil if the script has not set it and the environment does not hold it.
    subscript(_ name: String) -> String? {
        get { variables[name] }
        set { variables[name] = newValue }
    }

    /// The value of a word, as the shell makes it.
    func text(of word: ShellScript.Word) throws(OwnImageReason) -> String {
        var text = ""
        for (index, segment) in word.segments.enumerated() {
            switch segment {
            case .text(let part):
                text += try literal(part, beginsWord: index == 0)
            case .variable(let name):
                guard let value = variables[name] else { throw OwnImageReason("its script uses $\(name)") }
                text += value
            case .tekton(let name):
                guard let value = params[name] ?? workspaces[name] else {
                    throw OwnImageReason("its script uses $(\(name))")
                }
                text += value
            case .command(let part), .other(let part):
                throw OwnImageReason("its script uses \(part)")
            }
        }
        if word.canVanish, text.isEmpty { throw OwnImageReason("a value of its script may be missing") }
        if word.isExposed, !Self.isPlain(text) {
            throw OwnImageReason("the shell would read '\(text)' as more than a value")
        }
        return text
    }

    /// Characters as they are written: a backslash takes the meaning of the next one.
    private func literal(_ part: String, beginsWord: Bool) throws(OwnImageReason) -> String {
        var text = ""
        var rest = part[...]
        if beginsWord, part == "~" || part.hasPrefix("~/") {
            text = variables["HOME"] ?? ""
            rest = rest.dropFirst()
        }
        while let character = rest.popFirst() {
            if character == "\\", let next = rest.popFirst() {
                text.append(next)
            } else if "*?[{~\\".contains(character) {
                throw OwnImageReason("its script uses the pattern '\(part)'")
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// Whether the shell leaves every character as it is, in quotes and outside.
    private static func isPlain(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._/:@%+=,-".contains($0)) }
    }
}
