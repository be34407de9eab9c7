import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// What Tekton answered about graphs, guards, names and matrices.
struct GraphVectors {
    @Test func `dependencies and graphs are Tekton's`() {
        let tally = Vectors.run("dag") { one in
            let tasks = (one.input["tasks"]?.elements ?? []).map { PipelineTask($0) }
            switch one.operation {
            case "deps":
                let dependencies = Dictionary(tasks.map { ($0.name, $0.dependencies) }) { $1 }
                return differences(dependencies.filter { !$0.value.isEmpty }, lists(one.expected["result"]))
            case "build":
                return graphProblems(one, tasks: tasks.map(\.name))
            case "candidates":
                return candidateProblems(one)
            case "resultRefs":
                let references = PipelineTask(one.input["pt"] ?? [:]).resultReferences
                return differences(Set(references), Set((one.expected["result"]?.elements ?? []).map(reference)))
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `guards let run what Tekton lets run`() {
        let tally = Vectors.run("when") { one in
            switch one.operation {
            case "allowsExecution":
                let known = (one.input["evaluatedCEL"]?.mapping?.entries ?? []).map { ($0.key, $0.value.bool ?? false) }
                let guards = (one.input["when"]?.elements ?? []).map { WhenExpression($0) }
                let allows = GuardEvaluation(values: Dictionary(known) { $1 }).allows(guards)
                return differences(allows, one.expected["result"]?.bool ?? false)
            case "evaluateCEL":
                var evaluation = GuardEvaluation()
                do throws(GuardError) {
                    try evaluation.evaluate(PipelineTask(one.input[path: "task", "pipelineTask"] ?? [:]).when)
                } catch {
                    return differences(error.description, one.expected["error"]?.string ?? "no error")
                }
                let values = one.expected[path: "after", "task", "evaluatedCEL"]?.mapping?.entries ?? []
                return differences(
                    evaluation.values,
                    Dictionary(values.map { ($0.key, $0.value.bool ?? false) }) { $1 }
                ) + differences("no error", one.expected["error"]?.string ?? "no error")
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `names are Tekton's`() {
        let tally = Vectors.run("names") { one in
            let expected = one.expected["result"]
            func input(_ key: String) -> String { one.input[key]?.string ?? "" }
            switch one.operation {
            case "generateHashedName":
                let digits = one.input["hashedLength"]?.integer ?? 0
                let name = ChildNames.hashed(input("name"), prefix: input("prefix"), digits: digits)
                return differences(name, expected?.string ?? "")
            case "restrictLength":
                return differences(ChildNames.restricted(input("base")), expected?.string ?? "")
            case "taskRunName", "taskRunNames", "customRunNames":
                let count = (one.input["numberOfTaskRuns"] ?? one.input["numberOfRuns"])?.integer ?? 1
                let kind = one.operation == "customRunNames" ? "CustomRun" : "TaskRun"
                let existing = (one.input["childRefs"]?.elements ?? []).filter { child in
                    child["pipelineTaskName"]?.string == input("ptName") && child["kind"]?.string == kind
                }
                let names = ChildNames.runs(of: input("ptName"), in: input("prName"), count: count)
                let all = existing.isEmpty ? names : existing.compactMap { $0["name"]?.string }
                return differences(
                    all,
                    expected?.strings.isEmpty == false ? expected?.strings ?? [] : [expected?.string ?? ""]
                )
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `a matrix becomes Tekton's combinations`() {
        let tally = Vectors.run("matrix", quirks: .asked) { one in
            let matrix = Matrix(one.input["matrix"] ?? [:])
            // The oldest of the cases do not tell how many combinations Tekton counts.
            let count = (one.operation == "fanOut" ? one.expected["count"] : one.expected["result"])?.integer
            let problems = count.map { differences(MatrixExpansion.count(of: matrix), $0) } ?? []
            guard one.operation == "fanOut" else { return problems }
            let expected = one.expected["result"]?.elements ?? []
            let combinations = MatrixExpansion.combinations(of: matrix)
            return problems + differences(combinations, expected.map { $0.elements.map { Param($0) } })
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    // MARK: - Parts

    private func graphProblems(_ one: VectorCase, tasks: [String]) -> [String] {
        do throws(TaskGraphError) {
            let graph = try TaskGraph(tasks: tasks, dependencies: lists(one.input["deps"]).mapValues { $0.sorted() })
            let parents = graph.parents.map { Set($0.map { graph.names[$0] }) }
            let built = Dictionary(zip(graph.names, parents)) { $1 }
            return differences(built, lists(one.expected["result"]))
        } catch {
            return differences(error.description, one.expected["error"]?.string ?? "no error")
        }
    }

    private func candidateProblems(_ one: VectorCase) -> [String] {
        let parents = lists(one.input["graph"])
        do throws(TaskGraphError) {
            let graph = try TaskGraph(tasks: parents.keys.sorted(), dependencies: parents.mapValues { $0.sorted() })
            let candidates = try graph.candidates(done: one.input["doneTasks"]?.strings ?? [])
            guard one.expected["error"] == nil else { return ["expected an error"] }
            return differences(candidates, Set(one.expected["result"]?.strings ?? []))
        } catch {
            return differences(error.description, one.expected["error"]?.string ?? "no error")
        }
    }

    private func lists(_ node: YAMLNode?) -> [String: Set<String>] {
        let entries = (node?.mapping?.entries ?? []).map { ($0.key, Set($0.value.strings)) }
        return Dictionary(entries) { $1 }
    }

    private func differences(_ actual: [String: [String]], _ expected: [String: Set<String>]) -> [String] {
        differences(actual.mapValues { Set($0) }, expected)
    }

    private func differences<Value: Equatable>(_ actual: Value, _ expected: Value) -> [String] {
        actual == expected ? [] : ["expected \(expected)", "got \(actual)"]
    }

    private func reference(_ node: YAMLNode) -> ResultReference {
        ResultReference(
            task: node["pipelineTask"]?.string ?? "",
            result: node["result"]?.string ?? "",
            index: node["resultsIndex"]?.integer,
            property: node["property"]?.string ?? ""
        )
    }
}
