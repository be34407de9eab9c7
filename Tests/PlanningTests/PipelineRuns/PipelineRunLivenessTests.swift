import Foundation
import Manifests
import Planning
import Testing
import YAML

/// Whatever becomes of its tasks: a PipelineRun starts nothing too early, nothing twice, and comes to an end.
struct PipelineRunLivenessTests {
    @Test(arguments: 0..<300)
    func `a random Pipeline comes to its end`(seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        let pipeline = RandomPipeline(&chance)
        var state = PipelineRunState(run: pipeline.run, manifests: ManifestSet(), uid: "uid")
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var running: [PlannedTaskRun] = []
        var started: Set<String> = []
        var ended: Set<String> = []
        var skipped: Set<String> = []

        func take(_ decisions: [Decision]) {
            for decision in decisions {
                switch decision {
                case .start(let planned):
                    #expect(started.insert(planned.name).inserted, "\(planned.name) is started twice")
                    #expect(!skipped.contains(planned.pipelineTask), "\(planned.name) was told to be skipped")
                    for parent in pipeline.parents[planned.pipelineTask] ?? [] {
                        #expect(ended.contains(parent) || state.skippedTasks.contains { $0.name == parent })
                    }
                    running.append(planned)
                case .skip(let task):
                    #expect(skipped.insert(task.name).inserted, "\(task.name) is skipped twice")
                case .resolve, .startCustomRun, .startPipelineRun, .stop, .wake, .finish: break
                }
            }
        }

        take(state.start(at: now))
        while !state.isFinished {
            guard !running.isEmpty else {
                Issue.record("nothing runs, and the run goes on: \(state.condition)")
                return
            }
            let next = running.remove(at: chance.number(below: running.count))
            ended.insert(next.pipelineTask)
            if chance.isLucky(1, in: 30) { take(state.cancel(.runFinally, at: now)) }
            take(state.taskRunEnded(next.name, pipeline.outcome(&chance), at: now))
        }
        #expect(started.isDisjoint(with: skipped.map { "run-\($0)" }))
        // A task whose result is found missing after it was told to be skipped counts as failed validation at the end.
        #expect(skipped.isSuperset(of: state.skippedTasks.map(\.name)))
    }
}

/// A Pipeline of some tasks that wait for each other in all ways, with guards and finally tasks.
private struct RandomPipeline {
    var run: Document
    /// For each task those that it waits for.
    var parents: [String: Set<String>] = [:]

    init(_ chance: inout Chance) {
        let count = 2 + chance.number(below: 10)
        var tasks: [YAMLNode] = []
        for index in 0..<count {
            let name = "t\(index)"
            var task = Self.task(name)
            var waitsFor: Set<String> = []
            for parent in 0..<index where chance.isLucky(1, in: 3) {
                waitsFor.insert("t\(parent)")
                let reference = YAMLNode("$(tasks.t\(parent).results.r)")
                switch chance.number(below: 3) {
                case 0: task["params"] = [["name": "p", "value": reference]]
                case 1: task["when"] = [["input": reference, "operator": "notin", "values": ["never"]]]
                default:
                    let earlier = task["runAfter"]?.elements ?? []
                    task["runAfter"] = YAMLNode(earlier + [YAMLNode("t\(parent)")])
                }
            }
            if chance.isLucky(1, in: 5), task["when"] == nil {
                task["when"] = [["input": "x", "operator": "in", "values": ["y"]]]
            }
            if chance.isLucky(1, in: 5) { task["onError"] = "continue" }
            // A later param or guard takes the place of an earlier one.
            parents[name] = waitsFor.filter { PipelineTask(task).dependencies.contains($0) }
            tasks.append(task)
        }
        var finally: [YAMLNode] = []
        for index in 0..<chance.number(below: 3) {
            var task = Self.task("f\(index)")
            if chance.isLucky(1, in: 2) { task["params"] = [["name": "p", "value": "$(tasks.t0.results.r)"]] }
            finally.append(task)
        }
        run = Document([
            "apiVersion": "tekton.dev/v1", "kind": "PipelineRun",
            "metadata": ["name": "run", "namespace": "default"],
            "spec": ["pipelineSpec": ["tasks": YAMLNode(tasks), "finally": YAMLNode(finally)]],
        ])
    }

    func outcome(_ chance: inout Chance) -> TaskRunOutcome {
        let hasSucceeded = !chance.isLucky(1, in: 8)
        let condition = Condition(
            status: hasSucceeded ? .succeeded : .failed,
            reason: hasSucceeded ? "Succeeded" : "StepFailed",
            message: ""
        )
        let results = chance.isLucky(1, in: 6) ? [] : [RunResult(name: "r", value: .string("value"))]
        return TaskRunOutcome(condition: condition, results: results)
    }

    private static func task(_ name: String) -> YAMLNode {
        [
            "name": YAMLNode(name),
            "taskSpec": [
                "params": [["name": "p", "default": ""]], "results": [["name": "r"]], "steps": [["image": "i"]],
            ],
        ]
    }
}

/// Numbers that are the same in every run of the tests.
private struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func number(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return limit > 0 ? Int((state >> 33) % UInt64(limit)) : 0
    }

    mutating func isLucky(_ wins: Int, in all: Int) -> Bool { number(below: all) < wins }
}
