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
        let tally = Vectors.run("substitute", part: "StepActions", where: Self.isMeant) { one in
            let own = one.input["stepActions"]?.elements ?? []
            return check(one, actions: own.isEmpty ? holders[one.name] ?? Self.ours(for: one) : own)
        }
        #expect(tally.failures == [])
    }

    /// StepActions for cases whose own ones Tekton's test made elsewhere, by the names that the cases refer to.
    ///
    /// Each does the least that makes the answer follow from Tekton's rules.
    private static let ours: [String: YAMLNode] = [
        // Declares no param, so that any is one too many.
        "stepaction": ["image": "myimage"],
        "echo": ["image": "bash:latest", "params": [["name": "msg"]], "args": ["$(params.msg)"]],
        // An object, so that a result in its place has these keys.
        "stepAction": [
            "image": "myimage", "args": ["$(params.config.key1)", "$(params.config.key2)"],
            "params": [
                [
                    "name": "config", "type": "object",
                    "properties": ["key1": ["type": "string"], "key2": ["type": "string"]],
                ]
            ],
        ],
    ]

    private static func ours(for one: VectorCase) -> [YAMLNode] {
        Set(references(of: one).compactMap { $0["name"]?.string }).sorted().compactMap { name in
            ours[name].map { ["metadata": ["name": YAMLNode(name), "namespace": "default"], "spec": $0] }
        }
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
