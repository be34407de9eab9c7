import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suites `runtime-validate` (operations on Tasks), `merge` and `workspaces`.
struct TaskRunsCheckVectorsTests {
    @Test func `what is checked when a TaskRun starts is as in the vectors`() {
        let tally = Vectors.run("runtime-validate", part: "tasks", where: { Self.checks[$0.operation] != nil }) { one in
            let found = Self.checks[one.operation]?(one.input)
            let expected = one.expected["error"]?.string
            return found == expected ? [] : ["\(found ?? "nothing") instead of \(expected ?? "nothing")"]
        }
        #expect(tally.failures == [])
    }

    @Test func `templates and overrides are merged as in the vectors`() {
        let tally = Vectors.run("merge") { one in
            let result: [YAMLNode]
            switch one.operation {
            case "stepTemplate":
                let steps = one.input["steps"]?.elements ?? []
                result = StepMerging.steps(steps, template: one.input["template"])
            default:
                let containers = one.input["steps"] ?? one.input["sidecars"]
                let overrides = one.input["overrides"]?.elements ?? []
                result = StepMerging.containers(containers?.elements ?? [], overrides: overrides)
            }
            return differences(
                YAMLNode(result.map(withSortedEnvironment)),
                YAMLNode((one.expected["result"]?.elements ?? []).map(withSortedEnvironment))
            )
        }
        #expect(tally.failures == [])
    }

    private static let checks: [String: @Sendable (YAMLNode) -> String?] = [
        "task.onlyOnePVC": { WorkspaceChecks.onlyOneClaim($0["workspaceBindings"]?.elements ?? []) },
        "task.workspaceBindings": { input in
            let declared = (input["decls"]?.elements ?? []).map { WorkspaceDeclaration($0) }
            return WorkspaceChecks.bindings(input["binds"]?.elements ?? [], declared: declared)
        },
        "task.overrides": { ResourceChecks.overrides(of: $0["trs"] ?? [:], for: $0["taskSpec"] ?? [:]) },
        "task.requestResources": { ResourceChecks.requests(in: $0["taskSpec"] ?? [:]) },
        "task.paramArrayIndex": { input in
            let spec = input["taskSpec"] ?? [:]
            return ParamChecks.arrayIndexes(in: spec, params: params(input["params"]), declared: declared(in: spec))
        },
        "task.resolvedTask": { input in
            let spec = input[path: "rtr", "TaskSpec"] ?? [:]
            let include = (input[path: "matrix", "include"]?.elements ?? []).flatMap { params($0["params"]) }
            return ParamChecks.values(
                params(input["params"]),
                declared: declared(in: spec),
                matrix: params(input[path: "matrix", "params"]) + include
            ).map { "invalid input params for task \(input[path: "rtr", "TaskName"]?.string ?? ""): \($0)" }
        },
    ]

    private static func params(_ node: YAMLNode?) -> [Param] { (node?.elements ?? []).map { Param($0) } }

    private static func declared(in spec: YAMLNode) -> [ParamSpec] {
        (spec["params"]?.elements ?? []).map { ParamSpec($0) }
    }
}

/// The order of variables carries no meaning in the vectors.
func withSortedEnvironment(_ container: YAMLNode) -> YAMLNode {
    guard let environment = container["env"]?.sequence else { return container }
    var container = container
    container["env"] = YAMLNode(environment.sorted { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") })
    return container
}
