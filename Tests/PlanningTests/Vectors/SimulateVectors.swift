import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import Validation
import YAML

/// Whole PipelineRuns, round by round, as Tekton's reconciler carried them through.
struct SimulateVectors {
    @Test func `PipelineRuns take Tekton's course`() {
        let tally = Vectors.run("simulate", quirks: .asked, where: { !uses("matrix", $0) }) { problems(of: $0) }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `PipelineRuns with a matrix take Tekton's course`() {
        let tally = Vectors.run("simulate", part: "matrix", quirks: .asked, where: { uses("matrix", $0) }) {
            problems(of: $0)
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    private func problems(of one: VectorCase) -> [String] {
        guard one.expected["admissionError"] != nil else { return Simulation(one).problems() }
        let settings = Self.settings(one.root["features"] ?? one.input["features"] ?? [:])
        let isRefused = (one.input["documents"]?.elements ?? []).contains { node in
            !Validator.validate(Document(node), in: ManifestSet(), settings: settings).isEmpty
        }
        return isRefused ? [] : ["admitted"]
    }

    private static func settings(_ features: YAMLNode) -> AdmissionSettings {
        var settings = AdmissionSettings()
        settings.level = features["enable-api-fields"]?.string.flatMap { .init(rawValue: $0) } ?? .beta
        settings.allowsCEL = features["enable-cel-in-whenexpression"]?.string == "true"
        settings.allowsParamEnum = features["enable-param-enum"]?.string == "true"
        settings.allowsArtifacts = features["enable-artifacts"]?.string == "true"
        return settings
    }

    private func uses(_ key: String, _ one: VectorCase) -> Bool { holds(key, one.input["documents"] ?? []) }

    private func holds(_ key: String, _ node: YAMLNode) -> Bool {
        node.elements.contains { holds(key, $0) }
            || (node.mapping?.entries ?? []).contains { $0.key == key || holds(key, $0.value) }
    }
}

/// One case, played against ``PipelineRunState``.
private struct Simulation {
    private let one: VectorCase
    private var state: PipelineRunState
    private var now = Date(timeIntervalSince1970: 1_800_000_000)
    private var found: [String] = []

    init(_ one: VectorCase) {
        self.one = one
        let documents = (one.input["documents"]?.elements ?? []).map { Schema.canonicalised(Document($0)) }
        var manifests = ManifestSet()
        for document in documents where document.kind != "PipelineRun" { manifests.add(document) }
        let run = documents.first { $0.kind == "PipelineRun" } ?? Document([:])
        state = PipelineRunState(run: run, manifests: manifests, uid: "test-uid")
    }

    func problems() -> [String] {
        var simulation = self
        var ended: [(name: String, outcome: TaskRunOutcome)] = []
        for round in one.expected["rounds"]?.elements ?? [] {
            simulation.play(round, ended: ended)
            ended = (round["finished"]?.elements ?? []).map(Self.outcome)
            if simulation.found.count > 8 { break }
        }
        simulation.compareEnd()
        return simulation.found
    }

    private mutating func play(_ round: YAMLNode, ended: [(name: String, outcome: TaskRunOutcome)]) {
        let number = round["round"]?.integer ?? 0
        if let step = one.input["advance"]?["\(number)"]?.string.flatMap({ GoDuration($0) }) {
            now += step.seconds
        }
        var decisions: [Decision] = []
        if let mode = one.input["setStatus"]?["\(number)"]?.string.flatMap({ CancelMode(rawValue: $0) }) {
            decisions += state.cancel(mode, at: now)
        }
        decisions += number == 1 ? state.start(at: now) : state.taskRunsEnded(ended, at: now)

        var started: [String: YAMLNode] = [:]
        for case .start(let planned) in decisions { started[planned.name] = view(of: planned) }
        var expected: [String: YAMLNode] = [:]
        for created in round["created"]?.elements ?? [] { expected[created["name"]?.string ?? ""] = created }
        for name in Set(started.keys).union(expected.keys).sorted() {
            compare("round \(number), created \(name)", comparable(started[name], expected[name]), expected[name])
        }
        // Where Tekton tries again, its status is still that of the round before.
        guard round["reconcileError"] == nil || state.isFinished else { return }
        compare("round \(number), condition", state.conditionNode, round["condition"])
        let skipped = state.skippedTasks.map { ["name": YAMLNode($0.name), "reason": YAMLNode($0.reason)] as YAMLNode }
        compare("round \(number), skipped", YAMLNode(skipped), round["skipped"] ?? [])
    }

    private mutating func compareEnd() {
        let expected = one.expected["final"] ?? [:]
        let status = state.status
        compare("final condition", state.conditionNode, expected["condition"])
        compare("done", YAMLNode(.bool(state.isFinished)), expected["done"])
        compare("results", status["results"] ?? [], expected["results"] ?? [])
        compare("skipped tasks", status["skippedTasks"] ?? [], expected["skippedTasks"] ?? [])
        let children = (status["childReferences"]?.elements ?? []).map { child in
            var child = child
            child["apiVersion"] = nil
            return child
        }
        compare("children", YAMLNode(children), expected["childReferences"] ?? [])
        compare("pipeline spec", status["pipelineSpec"] ?? .null, expected["pipelineSpec"] ?? .null)
    }

    /// What the vectors say of a TaskRun.
    private func view(of planned: PlannedTaskRun) -> YAMLNode {
        var view = planned.taskRun.spec
        view["name"] = YAMLNode(planned.name)
        view["pipelineTask"] = YAMLNode(planned.pipelineTask)
        view["index"] = YAMLNode(.integer(planned.index))
        view["labels"] = YAMLNode(planned.taskRun.metadata.labels)
        view["annotations"] = YAMLNode(planned.taskRun.metadata.annotations)
        return view
    }

    /// Labels and annotations stand at the first TaskRun only; the order of workspaces carries no meaning.
    private func comparable(_ actual: YAMLNode?, _ expected: YAMLNode?) -> YAMLNode? {
        guard var actual, let expected else { return actual }
        for key in ["labels", "annotations", "podTemplate", "stepSpecs", "sidecarSpecs", "computeResources"]
        where expected[key] == nil {
            actual[key] = nil
        }
        let order = (expected["workspaces"]?.elements ?? []).map { $0["name"]?.string }
        if let workspaces = actual["workspaces"]?.sequence {
            actual["workspaces"] = YAMLNode(
                workspaces.sorted { left, right in
                    (order.firstIndex(of: left["name"]?.string) ?? 0)
                        < (order.firstIndex(of: right["name"]?.string) ?? 0)
                }
            )
        }
        return actual
    }

    private mutating func compare(_ what: String, _ actual: YAMLNode?, _ expected: YAMLNode?) {
        let actual = (actual ?? .null).withoutNoise
        let expected = (expected ?? .null).withoutNoise
        guard actual != expected else { return }
        found.append("\(what)\n    expected \(expected.jsonText())\n    got      \(actual.jsonText())")
    }

    private static func outcome(_ finished: YAMLNode) -> (name: String, outcome: TaskRunOutcome) {
        let results = (finished["results"]?.elements ?? []).map { result in
            RunResult(name: result["name"]?.string ?? "", value: ParamValue(result["value"] ?? .null))
        }
        let status: Condition.Status = finished["status"]?.string == "Succeeded" ? .succeeded : .failed
        let condition = Condition(status: status, reason: finished["reason"]?.string ?? "", message: "")
        return (finished["name"]?.string ?? "", TaskRunOutcome(condition: condition, results: results))
    }
}

extension PipelineRunState {
    fileprivate var conditionNode: YAMLNode {
        [
            "status": YAMLNode(condition.status.rawValue), "reason": YAMLNode(condition.reason),
            "message": YAMLNode(condition.message),
        ]
    }
}

extension YAMLNode {
    /// The tree without what Tekton's encoder adds: nulls, empty objects, empty names.
    fileprivate var withoutNoise: YAMLNode {
        switch content {
        case .sequence(let nodes): YAMLNode(nodes.map(\.withoutNoise))
        case .mapping(let mapping):
            YAMLNode(
                .mapping(
                    YAMLMapping(
                        mapping.entries.compactMap { entry in
                            let value = entry.value.withoutNoise
                            let isEmptyName = value.string == "" && Self.omittedWhenEmpty.contains(entry.key)
                            return value.isNull || value.mapping?.isEmpty == true || isEmptyName
                                ? nil : .init(key: entry.key, value: value)
                        }
                    )
                )
            )
        default: self
        }
    }

    private static let omittedWhenEmpty: Set<String> = ["name", "description", "input"]
}
