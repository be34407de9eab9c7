import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `substitute`, as far as it is about StepActions.
struct StepActionVectorsTests {
    @Test func `StepActions are put into steps as in the vectors`() {
        var holders: [String: [YAMLNode]] = [:]
        for one in Vectors.cases("substitute") where Self.isMeant(one) {
            let actions = one.input["stepActions"]?.elements ?? []
            if !actions.isEmpty, holders[one.name] == nil { holders[one.name] = actions }
        }
        // Where Tekton's test made its StepActions in another way, only some of its cases hold them.
        let isWhole = { (one: VectorCase) in Self.references(of: one).isEmpty || holders[one.name] != nil }
        let tally = Vectors.run(
            "substitute",
            part: "StepActions",
            of: Self.isMeant,
            leavingOut: [("no case holds the StepAction that is named", { !isWhole($0) })]
        ) { one in
            let own = one.input["stepActions"]?.elements ?? []
            return check(one, actions: own.isEmpty ? holders[one.name] ?? [] : own)
        }
        #expect(tally.failures == [])
    }

    private func check(_ one: VectorCase, actions: [YAMLNode]) -> [String] {
        let run = Document(one.input["taskRun"] ?? [:])
        let spec = one.input["taskSpec"] ?? [:]
        let declared = (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        let given = (run.spec["params"]?.elements ?? []).map { Param($0) }
        var manifests = ManifestSet()
        for action in actions {
            var action = action
            action["apiVersion"] = "tekton.dev/v1beta1"
            action["kind"] = "StepAction"
            manifests.add(Document(action))
        }
        let local = StepActions.lookup(in: manifests, namespace: run.metadata.namespace)
        let stepActions = StepActions(
            taskParams: Replacements(params: given, declared: declared, scope: .task)
        ) { reference throws(StepActionProblem) in
            // The resolver of the test gives the first StepAction, whatever it is asked for.
            guard reference["resolver"] != nil, let action = actions.first else { return try local(reference) }
            return Document(action)
        }
        do throws(StepActionProblem) {
            let steps = try stepActions.resolve(spec["steps"]?.elements ?? [])
            let expected = one.expected["error"]?.string.map { ["no error, instead of: \($0)"] }
            return expected ?? differences(YAMLNode(steps), one.expected["result"])
        } catch {
            return differences(YAMLNode(error.message), one.expected["error"])
        }
    }

    private static func isMeant(_ one: VectorCase) -> Bool { one.operation == "task.resolveStepActions" }

    private static func references(of one: VectorCase) -> [YAMLNode] {
        (one.input[path: "taskSpec", "steps"]?.elements ?? []).compactMap { $0["ref"] }
    }
}
