import Manifests
import Planning

/// Why a Task's own image has to run.
struct OwnImageReason: Error {
    var text: String

    init(_ text: String) { self.text = text }
}

/// What the words of the script stand for in this run.
struct ScriptValues {
    private var variables: [String: String] = [:]
    private var params: [String: String] = [:]

    init(plan: TaskRunPlan, step: Step) {
        for variable in step.container.env {
            if case .literal(let value) = variable.value { variables[variable.name] = value }
        }
        for param in plan.params {
            if case .string(let value) = param.value { params["params.\(param.name)"] = value }
        }
    }

    func text(of word: ShellScript.Word) throws(OwnImageReason) -> String {
        var text = ""
        for segment in word.segments {
            switch segment {
            case .text(let part):
                guard !part.contains("\\") else { throw OwnImageReason("its script quotes '\(part)'") }
                text += part
            case .variable(let name):
                guard let value = variables[name] else { throw OwnImageReason("its script uses $\(name)") }
                text += value
            case .tekton(let name):
                guard let value = params[name] else { throw OwnImageReason("its script uses $(\(name))") }
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

    /// Whether the shell leaves every character as it is, in quotes and outside.
    private static func isPlain(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._/:@%+=,-".contains($0)) }
    }
}
