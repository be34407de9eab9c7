import Foundation
import Manifests
import YAML

@testable import Planning

/// A run that stands somewhere, as the vectors describe it: tasks with their runs, graphs, timeouts.
struct RunFacts {
    var state: PipelineRunState
    private(set) var now = Date(timeIntervalSince1970: 1_640_995_200)
    /// The tasks that stand in the graph of finally tasks.
    let finals: Set<String>

    /// Takes the facts.
    /// - Parameters:
    ///   - facts: What is known of the run.
    ///   - metadata: Its name, where it is in question.
    init(_ facts: YAMLNode, name metadata: YAMLNode? = nil) {
        let items = facts["state"]?.elements ?? []
        let parents = facts["tasksGraph"]?.mapping?.entries ?? []
        let dependencies = Dictionary(parents.map { ($0.key, $0.value.strings) }) { $1 }
        let isTask = { (item: YAMLNode) in dependencies[item[path: "pipelineTask", "name"]?.string ?? ""] != nil }
        let tasks = items.filter(isTask)
        let others = items.filter { !isTask($0) }
        finals = Set(facts["finalGraph"]?.mapping?.keys ?? [])
        var run: YAMLNode = ["apiVersion": "tekton.dev/v1", "kind": "PipelineRun"]
        run["metadata"] = metadata ?? ["name": "run"]
        run["spec"] = facts["specStatus"].map { ["status": $0] } ?? [:]
        state = PipelineRunState(run: Document(run), manifests: ManifestSet(), uid: "")
        take(tasks, others, dependencies)
        take(times: facts["timeouts"] ?? [:])
        state.judgeChanged(at: now)
        state.mode = state.currentMode
        if state.areTasksDone(at: now) { _ = state.judgeFinals(at: now) }
        order = items.map { $0[path: "pipelineTask", "name"]?.string ?? "" }
    }

    /// The tasks that stand in no graph: whether they are done cannot be asked.
    var unplaced: Set<String> = []
    /// The tasks in the order in which the vectors name them.
    private(set) var order: [String] = []

    private mutating func take(_ tasks: [YAMLNode], _ others: [YAMLNode], _ dependencies: [String: [String]]) {
        let items = tasks + others
        let spec: YAMLNode = [
            "tasks": YAMLNode(tasks.compactMap { $0["pipelineTask"] }),
            "finally": YAMLNode(others.compactMap { $0["pipelineTask"] }),
        ]
        let names = tasks.map { $0[path: "pipelineTask", "name"]?.string ?? "" }
        guard let graph = try? TaskGraph(tasks: names, dependencies: dependencies) else { return }
        let prepared = PreparedRun(
            name: state.run.metadata.name,
            namespace: "",
            uid: "",
            pipelineRef: "",
            spec: PipelineSpec(spec),
            graph: graph,
            resolvedTasks: items.map(Self.resolved),
            bindings: [:],
            metadata: RunMetadata(run: state.run),
            settings: TaskRunSettings.Table(runSpec: [:]),
            runSpec: [:]
        )
        state.setUp(prepared, finals: finals)
        state.prepared = prepared
        let runs = items.enumerated().map { index, item in (node: index, runs: Self.children(item)) }
        // What a result makes impossible is no matter here.
        try? state.takeUp(runs)
    }

    /// What one task is carried out as.
    static func resolved(_ item: YAMLNode) -> ResolvedTask {
        let task = PipelineTask(item["pipelineTask"] ?? [:])
        if item["customTask"]?.bool == true { return ResolvedTask(customTask: task) }
        if task.isPipeline { return ResolvedTask(pipeline: nil, embedded: task.pipelineSpec) }
        return ResolvedTask(embedded: item[path: "resolvedTask", "spec"] ?? [:])
    }

    /// The runs of one task.
    static func children(_ item: YAMLNode) -> [ChildRun] {
        ["taskRuns", "customRuns", "childPipelineRuns"].flatMap { key in
            (item[key]?.elements ?? []).map { node in
                var run = node
                run["kind"] = key == "taskRuns" ? "TaskRun" : key == "customRuns" ? "CustomRun" : "PipelineRun"
                return EarlierRun.child(Document(run))
            }
        }
    }

    /// One task with its runs, by itself.
    static func node(_ item: YAMLNode) -> TaskNode {
        var node = TaskNode(
            task: PipelineTask(item["pipelineTask"] ?? [:]),
            resolved: resolved(item),
            isFinal: false,
            standsInBoth: false,
            sources: [],
            openSources: 0,
            openParents: 0,
            runs: children(item)
        )
        node.gatherResults()
        return node
    }

    private mutating func take(times: YAMLNode) {
        now = Self.date(times["now"]) ?? now
        state.startTime = Self.date(times["startTime"])
        state.finallyStartTime = Self.date(times["finallyStartTime"])
        func duration(_ key: String) -> GoDuration? { times[key]?.string.flatMap { GoDuration($0) } }
        state.timeouts.pipeline = duration("pipelineTimeout") ?? .zero
        state.timeouts.tasks = duration("tasksTimeout")
        state.timeouts.finally = duration("finallyTimeout")
    }

    static func date(_ node: YAMLNode?) -> Date? {
        node?.string.flatMap { try? Date($0, strategy: .iso8601) }
    }
}
