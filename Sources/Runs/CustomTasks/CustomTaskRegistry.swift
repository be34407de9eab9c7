package import Manifests
import YAML

/// Who carries out CustomRuns on this machine, by the apiVersion and the kind of what they refer to.
///
/// [Tekton: CustomRuns](https://tekton.dev/docs/pipelines/customruns/)
package struct CustomTaskRegistry: Sendable {
    /// One way of carrying out CustomRuns.
    package enum Executor: Sendable, Hashable {
        /// Evaluates each param as an expression of CEL; the values are the results.
        case expressions
        /// Waits for the time in the param `duration`.
        case wait
        /// A program that gets the CustomRun on its input and writes its status.
        case command([String])
    }

    /// What a CustomRun refers to.
    package struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// Empty where any apiVersion is meant.
        package var apiVersion: String
        package var kind: String

        package init(apiVersion: String, kind: String) {
            self.apiVersion = apiVersion
            self.kind = kind
        }

        /// What a CustomRun refers to, or holds.
        package init(of customRun: Document) {
            let reference = customRun.spec["customRef"] ?? customRun.spec["customSpec"]
            self.init(
                apiVersion: reference?["apiVersion"]?.string ?? "",
                kind: reference?["kind"]?.string ?? ""
            )
        }

        package var description: String { apiVersion.isEmpty ? kind : "\(apiVersion) \(kind)" }
    }

    private var executors: [Kind: Executor] = [
        Kind(apiVersion: "cel.tekton.dev/v1alpha1", kind: "CEL"): .expressions,
        Kind(apiVersion: "cel.tekton.dev/v1beta1", kind: "CEL"): .expressions,
        Kind(apiVersion: "wait.testing.tekton.dev/v1alpha1", kind: "Wait"): .wait,
        Kind(apiVersion: "wait.testing.tekton.dev/v1beta1", kind: "Wait"): .wait,
    ]

    package init() {}

    /// Adds what an argument `KIND=COMMAND` says; KIND may have its apiVersion before it: `example.dev/v1/Example`.
    /// - Throws: What is wrong with the argument.
    package mutating func add(parsing argument: String) throws(ArgumentError) {
        guard let separator = argument.firstIndex(of: "=") else {
            throw ArgumentError("custom task '\(argument)' is not KIND=COMMAND")
        }
        let name = argument[..<separator].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let command = argument[argument.index(after: separator)...]
        guard let kind = name.last, !kind.isEmpty, !command.isEmpty else {
            throw ArgumentError("custom task '\(argument)' is not KIND=COMMAND")
        }
        let key = Kind(apiVersion: name.dropLast().joined(separator: "/"), kind: kind)
        executors[key] = .command(["/bin/sh", "-c", String(command)])
    }

    /// Who carries out a kind; one that is named with its apiVersion goes before one without.
    package func executor(of kind: Kind) -> Executor? {
        executors[kind] ?? executors[Kind(apiVersion: "", kind: kind.kind)]
    }
}
