import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `substitute`, as far as it is about single texts, params and TaskRuns.
struct SubstitutionVectorsTests {
    @Test func `texts and values are replaced as in the vectors`() {
        let tally = Vectors.run("substitute", part: "values", where: { Self.values[$0.operation] != nil }) { one in
            Self.values[one.operation].map { comparison(one, $0(one.input)) } ?? []
        }
        #expect(tally.failures == [])
    }

    @Test func `Tasks are replaced as in the vectors`() {
        let tally = Vectors.run("substitute", part: "tasks", where: { Self.tasks[$0.operation] != nil }) { one in
            Self.tasks[one.operation].map { comparison(one, $0(one.input)) } ?? []
        }
        #expect(tally.failures == [])
    }

    private func comparison(_ one: VectorCase, _ result: YAMLNode) -> [String] {
        let expected = one.expected["error"] ?? one.expected["result"] ?? one.expected[path: "after", "value"] ?? .null
        return differences(result, expected)
    }

    private typealias Operation = @Sendable (YAMLNode) -> YAMLNode

    private static let values: [String: Operation] = [
        "string.applyReplacements": { input in
            YAMLNode(Replacements(strings: strings(input["replacements"])).apply(to: input["in"]?.string ?? ""))
        },
        "string.applyArrayReplacements": { input in
            YAMLNode(replacements(input).apply(toList: [input["in"]?.string ?? ""]))
        },
        "paramValue.applyReplacements": { input in
            replacements(input).apply(to: ParamValue(input["value"] ?? .null)).node
        },
        "params.replaceVariables": { input in
            let all = replacements(input)
            return YAMLNode(
                (input["params"]?.elements ?? []).map { node in
                    let param = Param(node)
                    return Param(name: param.name, value: all.apply(to: param.value)).node
                }
            )
        },
        "workspaceBindings.replaceVariables": { input in
            let all = Replacements(strings: strings(input["replacements"]))
            return YAMLNode((input["wbs"]?.elements ?? []).map { all.apply(toWorkspaceBinding: $0) })
        },
        "when.replaceVariables": { input in
            var all = Replacements(strings: strings(input["replacements"]))
            all.arrays = arrays(input["arrayReplacements"])
            return all.apply(toWhen: input["when"] ?? [])
        },
        "string.arrayIndexingParams": { input in
            YAMLNode(ArrayElementReference.all(in: input["s"]?.string ?? "").map(\.text))
        },
        "string.indexString": { YAMLNode(Subscript.firstIndex(in: $0["s"]?.string ?? "")) },
        "string.index": { input in
            do throws(Subscript.Problem) {
                return YAMLNode(.integer(try Subscript.index(of: input["s"]?.string ?? "")))
            } catch {
                return YAMLNode(error.message)
            }
        },
        "string.stripStar": { YAMLNode(Subscript.target(of: $0["s"]?.string ?? "")) },
    ]

    private static let tasks: [String: Operation] = [
        "task.applyParameters": { input in
            params(of: input).apply(toTaskSpec: input["spec"] ?? [:])
        },
        "task.applyContexts": { input in
            let run = input["taskRun"]
            let contexts = TaskSubstitution.Contexts(
                taskRun: run?[path: "metadata", "name"]?.string ?? "",
                namespace: run?[path: "metadata", "namespace"]?.string ?? "",
                uid: run?[path: "metadata", "uid"]?.string ?? "",
                task: input["taskName"]?.string ?? "",
                retry: run?[path: "status", "retriesStatus"]?.elements.count ?? 0
            )
            return contexts.replacements.apply(toTaskSpec: input["spec"] ?? [:])
        },
        "task.applyResults": { TaskSubstitution.applyResultPaths(to: $0["spec"] ?? [:]) },
        "task.applyArtifacts": { TaskSubstitution.applyArtifactPaths(to: $0["spec"] ?? [:]) },
        "task.applyStepExitCodePath": { TaskSubstitution.applyExitCodePaths(to: $0["spec"] ?? [:]) },
        "task.applyCredentialsPath": { input in
            TaskSubstitution.applyCredentialsPath(to: input["spec"] ?? [:], path: input["path"]?.string ?? "")
        },
        "task.applyPodTemplateReplacements": { input in
            params(of: input).apply(toPodTemplate: input["podTemplate"] ?? [:])
        },
        "task.applyParametersToWorkspaceBindings": { input in
            var run = input["taskRun"] ?? [:]
            let declared = (input[path: "taskSpec", "params"]?.elements ?? []).map { ParamSpec($0) }
            let given = (run[path: "spec", "params"]?.elements ?? []).map { Param($0) }
            let all = Replacements(params: given, declared: declared, scope: .task)
            let bindings = run[path: "spec", "workspaces"]?.elements ?? []
            run["spec"]?["workspaces"] = YAMLNode(bindings.map { all.apply(toWorkspaceBinding: $0) })
            return run
        },
        "task.applyWorkspaces": { input in
            let volumes = (input["vols"]?.mapping?.entries ?? []).map { ($0.key, $0.value["name"]?.string ?? "") }
            let substitution = WorkspaceSubstitution(
                declarations: (input["declarations"]?.elements ?? []).map { WorkspaceDeclaration($0) },
                bindings: input["bindings"]?.elements ?? [],
                volumes: Dictionary(volumes, uniquingKeysWith: { $1 })
            )
            return substitution.apply(to: input["spec"] ?? [:])
        },
    ]

    private static func params(of input: YAMLNode) -> Replacements {
        Replacements(
            params: (input[path: "taskRun", "spec", "params"]?.elements ?? []).map { Param($0) },
            declared: (input["defaults"]?.elements ?? []).map { ParamSpec($0) },
            scope: .task
        )
    }

    private static func replacements(_ input: YAMLNode) -> Replacements {
        var objects: [String: [String: String]] = [:]
        for entry in input["objectReplacements"]?.mapping?.entries ?? [] { objects[entry.key] = strings(entry.value) }
        return Replacements(
            strings: strings(input["stringReplacements"]),
            arrays: arrays(input["arrayReplacements"]),
            objects: objects
        )
    }

    private static func strings(_ node: YAMLNode?) -> [String: String] {
        let pairs = (node?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? "") }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private static func arrays(_ node: YAMLNode?) -> [String: [String]] {
        let pairs = (node?.mapping?.entries ?? []).map { ($0.key, $0.value.strings) }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}
