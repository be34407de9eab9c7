import Manifests
import Resolvers
import Testing

struct ClusterResolverTests {
    private func manifests() -> ManifestSet {
        var loader = ManifestLoader()
        let problems = loader.load(
            text: """
                apiVersion: tekton.dev/v1
                kind: Task
                metadata: {name: greet, namespace: shared, uid: 1-2-3}
                spec: {steps: [{name: s, image: busybox}]}
                ---
                apiVersion: tekton.dev/v1beta1
                kind: StepAction
                metadata: {name: act, namespace: shared}
                spec: {image: busybox}
                """,
            file: "m.yaml"
        )
        #expect(problems.isEmpty)
        return loader.set
    }

    @Test func `a document of another namespace is found, with where it stands`() throws {
        let asked = reference("cluster", ["name": "greet", "namespace": "shared"])
        guard case .found(let task, let source) = try ReferenceResolution.local(asked, in: manifests()) else {
            Issue.record("it was not found")
            return
        }
        #expect(task.metadata.name == "greet")
        #expect(source.uri == "/apis/tekton.dev/v1/namespaces/shared/task/greet@1-2-3")
        #expect(source.digest["sha256"]?.count == 64)
        let action = reference("cluster", ["kind": "stepaction", "name": "act", "namespace": "shared"])
        guard case .found(let document, _) = try ReferenceResolution.local(action, in: manifests()) else {
            Issue.record("it was not found")
            return
        }
        #expect(document.kind == "StepAction")
    }

    @Test(
        arguments: [
            (["name": "greet"], "missing required cluster resolver params: namespace"),
            (["namespace": " "], "missing required cluster resolver params: name, namespace"),
            (["kind": "Task", "name": "greet", "namespace": "shared"], "unknown or unsupported resource kind 'Task'"),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `params are checked in Tekton's words`(_ params: KeyValuePairs<String, String>, _ text: String) {
        #expect(throws: ResolverError.failed(.invalidRequest(text))) {
            try ReferenceResolution.local(reference("cluster", params), in: manifests())
        }
    }

    @Test func `what is not there fails as the cluster says`() {
        let text = "pipelines.tekton.dev \"greet\" not found"
        #expect(throws: ResolverError.failed(.resource(resolver: "Cluster", text))) {
            try ReferenceResolution.local(
                reference("cluster", ["kind": "pipeline", "name": "greet", "namespace": "shared"]),
                in: manifests()
            )
        }
    }
}
