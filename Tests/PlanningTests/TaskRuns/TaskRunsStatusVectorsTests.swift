import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `taskrun-status`: what a Pod means for the TaskRun.
struct TaskRunsStatusVectorsTests {
    @Test func `Pods become the status of the vectors`() {
        let tally = Vectors.run("taskrun-status") { one in
            let found = TaskRunStatus.node([VectorPod(one).record])
            let result = one.expected["result"] ?? [:]
            var problems: [String] = []
            for field in ["steps", "sidecars"] {
                problems += differences(Self.shown(found[field]), Self.shown(result[field]), at: field)
            }
            for field in ["results", "artifacts", "podName"] {
                problems += differences(found[field], result[field], at: field)
            }
            for field in ["status", "reason", "message"] {
                let expected = result["conditions"]?.elements.first?[field]
                problems += differences(found["conditions"]?.elements.first?[field], expected, at: field)
            }
            return problems
        }
        #expect(tally.failures == [])
    }

    /// Without the times that the vectors do not give.
    private static func shown(_ node: YAMLNode?) -> YAMLNode {
        YAMLNode(
            (node?.elements ?? []).map { element in
                var element = element
                for field in ["terminated", "running"] where element[field] != nil {
                    element[field]?["finishedAt"] = nil
                    if element[field]?["startedAt"]?.string == "1970-01-01T00:00:00Z" {
                        element[field]?["startedAt"] = nil
                    }
                }
                return element
            }
        )
    }
}

/// A Pod of the vectors, read as the one who looks after it would describe it.
private struct VectorPod {
    var record: TaskRunRecord

    init(_ one: VectorCase) {
        let pod = one.input["pod"] ?? [:]
        let status = pod["status"] ?? [:]
        let run = one.input["taskRun"] ?? [:]
        let containers = Self.sorted(status["containerStatuses"]?.elements ?? [], like: pod[path: "spec", "containers"])
        let steps = containers.filter { $0["name"]?.string?.hasPrefix("step-") == true }
        let messages = steps.map { TerminationMessage(parsing: Self.message($0)) }
        let spec = TaskSpec(Self.spec(one, steps: steps))
        let results = TaskResults(messages, spec: spec)
        let states = containers.map { Self.state($0, results: results) }
        let initial = (status["initContainerStatuses"]?.elements ?? []).map { Self.state($0, results: results) }
        var state = PodState(
            phase: status["phase"]?.string.flatMap { PodState.Phase(rawValue: $0) } ?? .unknown,
            reason: status["reason"]?.string ?? "",
            message: status["message"]?.string ?? "",
            conditions: (status["conditions"]?.elements ?? []).map { node in
                let texts = ["type", "status", "reason", "message"].map { node[$0]?.string ?? "" }
                return PodState.Condition(type: texts[0], status: texts[1], reason: texts[2], message: texts[3])
            },
            initContainers: initial,
            containers: states
        )
        state.awaitsInitContainers = one.input[path: "features", "enable-kubernetes-sidecar"]?.string == "true"
        state.awaitsResultsSidecar = one.input[path: "features", "results-from"]?.string == "sidecar-logs"
        let onError = run[path: "metadata", "annotations"]?["pipeline.tekton.dev/pipeline-task-on-error"]
        let condition = TaskRunStatus.condition(of: state, isFailureIgnored: onError?.string == "continue")
        let isDone = condition.status != .running
        record = TaskRunRecord(
            startedAt: Date(timeIntervalSince1970: 0),
            completedAt: nil,
            condition: condition,
            podName: pod[path: "metadata", "name"]?.string ?? "",
            steps: states.filter { $0.container.hasPrefix("step-") }.map { step in
                var step = step
                if !isDone { step.results = [] }
                let known = (run[path: "status", "steps"]?.elements ?? []).first { $0["name"]?.string == step.name }
                step.provenance = known?["provenance"].map { Provenance($0) }
                return step
            },
            sidecars: (states + initial).filter { $0.container.hasPrefix("sidecar-") },
            results: isDone ? results.results : [],
            artifacts: isDone ? TerminationMessage.artifacts(of: messages) : Artifacts()
        )
    }

    /// In the order of the Pod's own list, as far as it goes.
    private static func sorted(_ statuses: [YAMLNode], like list: YAMLNode?) -> [YAMLNode] {
        let names = (list?.elements ?? []).map { $0["name"]?.string ?? "" }
        return statuses.enumerated().map { index, status in
            guard names.indices.contains(index) else { return status }
            return statuses.last { $0["name"]?.string ?? "" == names[index] } ?? [:]
        }
    }

    /// The Task as the run embeds it and as it was resolved; steps that it leaves out are those that there are.
    private static func spec(_ one: VectorCase, steps: [YAMLNode]) -> YAMLNode {
        var spec = one.input["taskSpec"] ?? [:]
        let embedded = one.input[path: "taskRun", "spec", "taskSpec", "results"]?.elements ?? []
        spec["results"] = YAMLNode(embedded + (spec["results"]?.elements ?? []))
        let declared = spec["steps"]?.elements ?? []
        spec["steps"] = YAMLNode(
            steps.map { status in
                let name = Self.name(of: status)
                return declared.first { $0["name"]?.string == name } ?? ["name": YAMLNode(name)]
            }
        )
        return spec
    }

    private static func name(of status: YAMLNode) -> String {
        let name = status["name"]?.string ?? ""
        for prefix in ["step-", "sidecar-"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        return name
    }

    private static func message(_ status: YAMLNode) -> [UInt8] {
        Array((status[path: "state", "terminated", "message"]?.string ?? "").utf8)
    }

    private static func state(_ status: YAMLNode, results: TaskResults) -> ContainerState {
        let name = name(of: status)
        let isStep = status["name"]?.string?.hasPrefix("step-") == true
        let message = TerminationMessage(parsing: message(status))
        var phase = ContainerState.Phase.waiting(reason: "", message: "")
        var reason: String?
        if let terminated = status[path: "state", "terminated"] {
            let containerReason = terminated["reason"]?.string ?? ""
            reason = message.terminationReason(containerReason: containerReason)
            phase = .terminated(
                .init(
                    exitCode: message.exitCode ?? terminated["exitCode"]?.integer ?? 0,
                    reason: containerReason,
                    message: message.text,
                    startedAt: message.startedAt
                )
            )
        } else if let waiting = status[path: "state", "waiting"] {
            phase = .waiting(reason: waiting["reason"]?.string ?? "", message: waiting["message"]?.string ?? "")
        } else if status[path: "state", "running"] != nil {
            phase = .running(startedAt: Date(timeIntervalSince1970: 0))
        }
        var state = ContainerState(
            name: name,
            container: status["name"]?.string ?? "",
            imageID: status["imageID"]?.string ?? "",
            phase: phase,
            terminationReason: isStep ? reason : nil,
            results: isStep ? results.steps[name] ?? [] : []
        )
        state.artifacts = isStep ? message.stepArtifacts : nil
        return state
    }
}
