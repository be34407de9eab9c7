import Foundation
import Manifests
import YAML

/// What is known of a PipelineRun that has gone some way already: its `.status`, and the runs it has made.
struct EarlierRun: Sendable {
    /// A run of one of its tasks.
    struct Child: Sendable {
        var kind: RunKind
        var name: String
        var task: String
    }

    private(set) var startTime: Date?
    private(set) var finallyStartTime: Date?
    private(set) var condition: Condition?
    /// What its status lists, with those of its runs that the status does not know of yet.
    private(set) var children: [Child] = []
    /// The whole status of a run that has ended; nothing of it changes any more.
    private(set) var finalStatus: YAMLNode?
    /// The PipelineRuns that it is a task of, the nearest first.
    private(set) var ancestors: [Document] = []
    private var objects: [String: Document] = [:]

    init(of run: Document, uid: String, others: [Document]) {
        for other in others { objects[other.kind + "/" + other.metadata.name] = other }
        ancestors = Self.owners(of: run, in: objects)
        if let status = run.root["status"] { read(status) }
        guard !others.isEmpty else { return }
        adopt(others, of: run, uid: uid)
    }

    /// The object of a child, if there is one.
    func object(_ kind: RunKind, _ name: String) -> Document? { objects[kind.rawValue + "/" + name] }

    /// How a child stands, read from its object.
    static func child(_ object: Document) -> ChildRun {
        let status = object.root["status"]
        let params = (object.spec["params"]?.elements ?? []).map { Param($0) }
        var child = ChildRun(name: object.metadata.name, params: params)
        child.condition = status.flatMap(condition)
        child.results = (status?["results"]?.elements ?? []).map {
            RunResult(name: $0["name"]?.string ?? "", value: ParamValue($0["value"] ?? .null))
        }
        child.artifacts = status?["artifacts"]
        let kind = RunKind(rawValue: object.kind) ?? .taskRun
        if object.spec["statusMessage"]?.string == StopReason.timedOut.message(for: kind) {
            child.stopReason = .timedOut
        }
        return child
    }

    private mutating func read(_ status: YAMLNode) {
        startTime = Self.date(status["startTime"])
        finallyStartTime = Self.date(status["finallyStartTime"])
        condition = Self.condition(status)
        children = (status["childReferences"]?.elements ?? []).compactMap { reference in
            reference["kind"]?.string.flatMap { RunKind(rawValue: $0) }.map { kind in
                Child(
                    kind: kind,
                    name: reference["name"]?.string ?? "",
                    task: reference["pipelineTaskName"]?.string ?? ""
                )
            }
        }
        if let condition, condition.status != .running { finalStatus = status }
    }

    /// Finds the runs that belong to this one and are not in its status.
    private mutating func adopt(_ others: [Document], of run: Document, uid: String) {
        let known = Set(children.map(\.name))
        var found = children
        for other in others where !known.contains(other.metadata.name) {
            let labels = other.metadata.labels
            guard let kind = RunKind(rawValue: other.kind), labels["tekton.dev/pipelineRun"] == run.metadata.name,
                labels["tekton.dev/pipelineRunUID"] == uid,
                other.root[path: "metadata", "ownerReferences"]?.elements.first?["uid"]?.string ?? "" == uid
            else { continue }
            found.append(
                Child(kind: kind, name: other.metadata.name, task: labels["tekton.dev/pipelineTask"] ?? "")
            )
        }
        children = found.sorted {
            ($0.task, $0.name, $0.kind.rawValue) < ($1.task, $1.name, $1.kind.rawValue)
        }
    }

    private static func owners(of run: Document, in objects: [String: Document]) -> [Document] {
        var owners: [Document] = []
        var current = run
        while let reference = controller(of: current), reference["kind"]?.string == RunKind.pipelineRun.rawValue,
            let owner = objects[RunKind.pipelineRun.rawValue + "/" + (reference["name"]?.string ?? "")],
            !owners.contains(where: { $0.metadata.name == owner.metadata.name })
        {
            owners.append(owner)
            current = owner
        }
        return owners
    }

    private static func controller(of run: Document) -> YAMLNode? {
        run.root[path: "metadata", "ownerReferences"]?.elements.first { $0["controller"]?.bool == true }
    }

    private static func condition(_ status: YAMLNode) -> Condition? {
        guard let node = status["conditions"]?.elements.first(where: { $0["type"]?.string == "Succeeded" }) else {
            return nil
        }
        return Condition(
            status: node["status"]?.string.flatMap { Condition.Status(rawValue: $0) } ?? .running,
            reason: node["reason"]?.string ?? "",
            message: node["message"]?.string ?? ""
        )
    }

    private static func date(_ node: YAMLNode?) -> Date? {
        // A time that cannot be read is as good as none.
        node?.string.flatMap { try? Date($0, strategy: .iso8601) }
    }
}
