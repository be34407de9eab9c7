import Foundation
import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// What Tekton made of runs that stand somewhere: skips, the state of each task, the condition.
struct StatusVectors {
    @Test func `a run stands as Tekton says`() {
        let tally = Vectors.run("status", quirks: .asked) { one in
            switch one.operation {
            case "facts": return factsProblems(one)
            case "condition": return conditionProblems(one)
            case "skip", "finallySkip": return skipProblems(one)
            default: return taskProblems(one)
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    // MARK: - One task

    private func taskProblems(_ one: VectorCase) -> [String] {
        let node = RunFacts.node(one.input)
        let answer: YAMLNode
        switch one.operation {
        case "task.IsRunning": answer = YAMLNode(.bool(node.isRunning))
        case "task.isFailure": answer = YAMLNode(.bool(node.hasFailed))
        case "task.isSuccessful": answer = YAMLNode(.bool(node.haveAllSucceeded))
        case "task.isCancelled": answer = YAMLNode(.bool(node.wasCancelled))
        case "task.getReason": answer = YAMLNode(node.reason)
        default: return ["unknown operation \(one.operation)"]
        }
        return differences("answer", answer, one.expected["result"])
    }

    private func skipProblems(_ one: VectorCase) -> [String] {
        let facts = RunFacts(one.input["facts"] ?? [:])
        guard let index = facts.state.nodeByName[one.input["task"]?.string ?? ""] else { return ["no such task"] }
        let skip = one.operation == "skip" ? facts.skip(index) : facts.finallySkip(index)
        return differences("reason", YAMLNode(skip?.rawValue ?? "None"), one.expected["reason"])
            + differences("skipped", YAMLNode(.bool(skip != nil)), one.expected["skipped"])
    }

    // MARK: - The whole run

    /// Where Tekton could not answer a question, nobody asks it.
    private func factsProblems(_ one: VectorCase) -> [String] {
        let known = Set(one.expected.mapping?.keys ?? [])
        var facts = RunFacts(one.input["facts"] ?? [:])
        let isWhole = known.contains("counts")
        let unplaced = facts.order.filter { name in
            facts.state.nodeByName[name].map { facts.state.nodes[$0].isFinal } == true && !facts.finals.contains(name)
        }
        guard !isWhole, !unplaced.isEmpty else { return problems(of: facts, one.expected) }
        facts.unplaced = Set(unplaced)
        return problems(of: facts, one.expected, asking: known)
    }

    private func conditionProblems(_ one: VectorCase) -> [String] {
        let run = one.input["pipelineRun"] ?? [:]
        var facts = RunFacts(one.input["facts"] ?? [:], name: run["metadata"])
        // Where Tekton could not look at the facts, there is nothing to compare them with.
        let problems = one.expected["facts"].map { self.problems(of: facts, $0) } ?? []
        facts.state.cancelMode = run[path: "spec", "status"]?.string.flatMap { CancelMode(rawValue: $0) }
        facts.state.startTime = RunFacts.date(run[path: "status", "startTime"])
        facts.state.timeouts = PipelineRunTimeouts(spec: run["spec"] ?? [:])
        let condition = facts.state.condition(at: RunFacts.date(one.input["now"]) ?? facts.now)
        let told: YAMLNode = [
            "type": "Succeeded", "status": YAMLNode(condition.status.rawValue), "reason": YAMLNode(condition.reason),
            "message": YAMLNode(condition.message),
        ]
        var expected = one.expected["condition"] ?? [:]
        expected["lastTransitionTime"] = nil
        return problems + differences("condition", told, expected)
    }

    private func problems(of facts: RunFacts, _ expected: YAMLNode, asking asked: Set<String>? = nil) -> [String] {
        let state = facts.state
        let now = facts.now
        let tasks = state.nodes.indices.filter { !state.nodes[$0].isFinal }
        let finals = state.nodes.indices.filter { facts.finals.contains(state.nodes[$0].task.name) }
        func name(_ index: Int) -> String { state.nodes[index].task.name }
        let done = state.areTasksDone(at: now)
        let tally = state.tally(at: now)
        let queue = state.executionQueue.map(name)
        let variables = state.taskStatusVariables(at: now)
        let finalStatus = Dictionary(finals.map { ("tasks.\(name($0)).status", state.nodes[$0].status) }) { $1 }
        var answers: YAMLNode = [
            "completedOrSkippedDAGTasks": YAMLNode(tasks.filter { facts.isDone($0) }.map(name)),
            "dagExecutionQueue": YAMLNode(queue),
            "dagTasksDone": YAMLNode(.bool(done)),
            "finalTasks": YAMLNode(done ? finals.filter { state.nodes[$0].runs.isEmpty }.map(name) : []),
            "finalTasksDone": YAMLNode(.bool(finals.allSatisfy { facts.isDone($0) })),
            "isFinalTaskStarted": YAMLNode(.bool(done && finals.contains { state.nodes[$0].isScheduled })),
            "isRunning": YAMLNode(.bool(tasks.contains { state.nodes[$0].isRunning })),
            "isStopping": YAMLNode(.bool(state.currentMode == .stopping)),
            "taskStatus": YAMLNode(variables),
            "finalTaskStatus": YAMLNode(finalStatus),
            "counts": [
                "succeeded": YAMLNode(.integer(tally.succeeded)), "failed": YAMLNode(.integer(tally.failed)),
                "ignoredFailed": YAMLNode(.integer(tally.ignored)), "cancelled": YAMLNode(.integer(tally.cancelled)),
                "skipped": YAMLNode(.integer(tally.skipped)),
                "skippedDueToTimeout": YAMLNode(.integer(tally.skippedByTimeout)),
                "validationFailed": YAMLNode(.integer(tally.unresolvable)),
                "incomplete": YAMLNode(.integer(tally.incomplete)),
            ],
        ]
        let children = state.childReferences.map { reference in
            var reference = reference
            if reference["name"]?.string == "" { reference["name"] = nil }
            return reference
        }
        answers["childReferences"] = YAMLNode(facts.inOrder(children, by: "pipelineTaskName"))
        answers["skippedTasks"] = YAMLNode(facts.inOrder(facts.skipped, by: "name"))
        answers["perTask"] = YAMLNode(
            .mapping(YAMLMapping(state.nodes.indices.map { .init(key: name($0), value: facts.answers($0)) }))
        )
        return (answers.mapping?.entries ?? []).filter { asked?.contains($0.key) ?? true }.flatMap { entry in
            let wanted = expected[entry.key]
            return differences(entry.key, entry.value, wanted ?? (entry.value.sequence == nil ? .null : []))
        }
    }

    private func differences(_ what: String, _ actual: YAMLNode, _ expected: YAMLNode?) -> [String] {
        actual == expected ?? .null
            ? [] : ["\(what): \(actual.jsonText()) instead of \((expected ?? .null).jsonText())"]
    }
}

extension RunFacts {
    func skip(_ index: Int) -> SkipReason? {
        guard !state.nodes[index].isFinal else { return nil }
        return state.skipReason(of: index, mode: state.mode, at: now)
    }

    func finallySkip(_ index: Int) -> SkipReason? {
        guard state.nodes[index].isFinal, case .skipped(let reason) = state.phases[index] else { return nil }
        return reason
    }

    func isDone(_ index: Int) -> Bool {
        skip(index) != nil || state.nodes[index].haveAllSucceeded || state.nodes[index].hasFailed
    }

    var skipped: [YAMLNode] {
        state.nodes.indices.compactMap { index in
            guard let reason = skip(index) ?? finallySkip(index) else { return nil }
            let task = state.skippedTask(index, because: reason)
            var node: YAMLNode = ["name": YAMLNode(task.name), "reason": YAMLNode(task.reason)]
            if !task.whenExpressions.isEmpty { node["whenExpressions"] = YAMLNode(task.whenExpressions.map(\.node)) }
            return node
        }
    }

    func inOrder(_ nodes: [YAMLNode], by key: String) -> [YAMLNode] {
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        return nodes.enumerated().sorted { left, right in
            let places = [left, right].map { places[$0.element[key]?.string ?? ""] ?? 0 }
            return (places[0], left.offset) < (places[1], right.offset)
        }.map(\.element)
    }

    func answers(_ index: Int) -> YAMLNode {
        let node = state.nodes[index]
        func skipNode(_ reason: SkipReason?) -> YAMLNode {
            ["isSkipped": YAMLNode(.bool(reason != nil)), "reason": YAMLNode(reason?.rawValue ?? "None")]
        }
        var answers: YAMLNode = [
            "cancelled": YAMLNode(.bool(node.wasCancelled)), "done": YAMLNode(.bool(isDone(index))),
            "failure": YAMLNode(.bool(node.hasFailed)), "finallySkipped": skipNode(finallySkip(index)),
            "reason": YAMLNode(node.reason), "running": YAMLNode(.bool(node.isRunning)),
            "scheduled": YAMLNode(.bool(node.isScheduled)), "skip": skipNode(skip(index)),
            "successful": YAMLNode(.bool(node.haveAllSucceeded)),
        ]
        if unplaced.contains(node.task.name) { for key in ["done", "skip"] { answers[key] = nil } }
        return answers
    }
}
