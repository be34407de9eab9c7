import Foundation
import Manifests
import TestSupport
import Testing
import YAML
import Validation

@testable import Planning

/// One step of a PipelineRun, taken up wherever it stands: what Tekton's reconciler made of the same objects.
///
/// Compared are the condition, skipped tasks, results and the runs that were created. What a resolver answers is no
/// part of the input: it is taken from what was expected.
struct ReconcileVectors {
    @Test func `a step leads where Tekton's leads`() {
        let tally = Vectors.run("reconcile", quirks: .asked) { one in Reconciliation(one).problems() }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }
}

private struct Reconciliation {
    private let one: VectorCase
    private let run: Document
    private let now: Date
    private var manifests = ManifestSet()
    private var others: [Document] = []
    private let expected: YAMLNode

    init(_ one: VectorCase) {
        self.one = one
        now = RunFacts.date(one.input["now"]) ?? .distantPast
        let name = one.input["name"]?.string ?? ""
        let namespace = one.input["namespace"]?.string ?? ""
        var found = Document([:])
        for (kind, document) in Self.documents(one.input["state"]) where document.metadata.namespace == namespace {
            if kind == "PipelineRun", document.metadata.name == name {
                found = document
            } else if RunKind(rawValue: kind) != nil {
                others.append(Self.asServed(document, one))
            } else {
                manifests.add(document)
            }
        }
        run = found
        let runs = one.expected[path: "state", "pipelineRuns"]?.elements ?? []
        expected = runs.first { $0[path: "metadata", "name"]?.string == name } ?? [:]
    }

    /// An evicted Pod may come back: then the API server knows better than the copy of it that is the input.
    private static func asServed(_ document: Document, _ one: VectorCase) -> Document {
        let condition = document.root[path: "status", "conditions"]?.elements.first
        let runs = one.expected[path: "state", "pipelineRuns"]?.elements ?? []
        let goesOn = runs.contains { run in
            run[path: "metadata", "name"] == one.input["name"]
                && run[path: "status", "conditions"]?.elements.first?["status"]?.string == "Unknown"
        }
        guard condition?["reason"]?.string == "PodEvicted", goesOn else { return document }
        var served = document
        served.root["status"]?["conditions"] = []
        return served
    }

    private static let kinds = [
        "pipelineRuns": "PipelineRun", "taskRuns": "TaskRun", "customRuns": "CustomRun", "pipelines": "Pipeline",
        "tasks": "Task",
    ]

    private static func documents(_ state: YAMLNode?) -> [(kind: String, document: Document)] {
        (state?.mapping?.entries ?? []).flatMap { entry -> [(kind: String, document: Document)] in
            guard let kind = kinds[entry.key] else { return [] }
            return entry.value.elements.map { node in
                var node = node
                node["kind"] = YAMLNode(kind)
                node["apiVersion"] = kind == "CustomRun" ? "tekton.dev/v1beta1" : "tekton.dev/v1"
                return (kind, Schema.canonicalised(Document(node)))
            }
        }
    }

    func problems() -> [String] {
        var state = PipelineRunState(
            run: run,
            manifests: manifests,
            uid: run.root[path: "metadata", "uid"]?.string ?? "",
            others: others,
            specCheck: { Validator.problem(ofPipelineSpec: $0) }
        )
        var decisions = state.start(at: now)
        while case .resolve(let requests)? = decisions.last, let answers = answers(to: requests, state) {
            for (request, answer) in answers { decisions = state.resolved(request, answer, at: now) }
        }
        return conditionProblems(state) + createdProblems(decisions)
            + differences(state.status["skippedTasks"] ?? [], expected[path: "status", "skippedTasks"] ?? [])
            + differences(state.status["results"] ?? [], expected[path: "status", "results"] ?? [])
    }

    // MARK: - Resolvers

    /// What resolvers found, by what has come of it; nil if they have not answered.
    private func answers(
        to requests: [ResolverRequest],
        _ state: PipelineRunState
    ) -> [(ResolverRequest, ResolverAnswer)]? {
        let reason = expectedCondition?["reason"]?.string ?? ""
        guard reason != state.condition.reason else { return nil }
        let isPipeline = state.condition.reason == "ResolvingPipelineRef"
        let before = Set((one.input[path: "state", isPipeline ? "pipelines" : "tasks"]?.elements ?? []).map(Self.name))
        let found = Self.documents(one.expected["state"]).filter { $0.kind == (isPipeline ? "Pipeline" : "Task") }
        let new = found.map(\.document).filter { !before.contains($0.metadata.name) }
        let message = expectedCondition?["message"]?.string ?? ""
        return requests.map { request in
            guard reason != "ResourceVerificationFailed" else {
                let text = message.components(separatedBy: " failed signature verification: ")
                let name = text.first?.components(separatedBy: " ").last ?? ""
                return (request, .unverified(name: name, text.last ?? ""))
            }
            guard var document = new.first else {
                let text = message.components(separatedBy: "error requesting remote resource: ").last ?? message
                return (request, .resolution(.failed(.unusable("error requesting remote resource: \(text)"))))
            }
            // The object was made under a name of its own; what was found has the name that the label tells.
            let label = expected[path: "metadata", "labels"]?["tekton.dev/pipeline"]?.string
            if isPipeline, let label { document.metadata.name = label }
            return (request, .resolution(.found(document, RefSource([:]))))
        }
    }

    private static func name(_ node: YAMLNode) -> String { node[path: "metadata", "name"]?.string ?? "" }

    // MARK: - Comparing

    private var expectedCondition: YAMLNode? {
        expected[path: "status", "conditions"]?.elements.first { $0["type"]?.string == "Succeeded" }
    }

    private func conditionProblems(_ state: PipelineRunState) -> [String] {
        let told: YAMLNode = [
            "status": YAMLNode(state.condition.status.rawValue), "reason": YAMLNode(state.condition.reason),
            "message": YAMLNode(state.condition.message),
        ]
        var wanted: YAMLNode = [:]
        for key in ["status", "reason", "message"] { wanted[key] = expectedCondition?[key] }
        return differences(told, wanted)
    }

    private func createdProblems(_ decisions: [Decision]) -> [String] {
        var created: [String: YAMLNode] = [:]
        for decision in decisions {
            switch decision {
            case .start(let planned): created[planned.name] = Self.view(of: planned.taskRun.root)
            case .startCustomRun(let planned), .startPipelineRun(let planned):
                created[planned.name] = Self.view(of: planned.object.root)
            default: break
            }
        }
        let before = Set(
            Self.documents(one.input["state"]).map { "\($0.kind)/\($0.document.metadata.name)" }
        )
        var wanted: [String: YAMLNode] = [:]
        for (kind, document) in Self.documents(one.expected["state"])
        where RunKind(rawValue: kind) != nil && !before.contains("\(kind)/\(document.metadata.name)") {
            wanted[document.metadata.name] = Self.view(of: document.root)
        }
        return Set(created.keys).union(wanted.keys).sorted().flatMap { name in
            differences(created[name], wanted[name], at: name)
        }
    }

    /// What is compared of a run: all but what only a cluster puts there.
    private static func view(of object: YAMLNode) -> YAMLNode {
        var metadata = object["metadata"] ?? [:]
        metadata["resourceVersion"] = nil
        metadata["annotations"]?["pipeline.tekton.dev/affinity-assistant"] = nil
        return ["kind": object["kind"] ?? "", "metadata": metadata, "spec": object["spec"] ?? [:]]
    }
}
