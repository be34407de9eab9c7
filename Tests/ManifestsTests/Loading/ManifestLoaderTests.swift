import Manifests
import TestSupport
import Testing
import YAML

struct ManifestLoaderTests {
    @Test func `documents of every kind are kept, in their order`() {
        var loader = ManifestLoader()
        let diagnostics = loader.load(
            text: """
                {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: a, namespace: ci}}
                ---
                {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: b}}
                ---
                {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: c-}}
                """,
            file: "test.yaml"
        )
        #expect(diagnostics.isEmpty)
        let documents = loader.set.documents
        #expect(documents.map(\.kind) == ["Task", "Ingress", "PipelineRun"])
        #expect(documents.map(\.metadata.namespace) == ["ci", "default", "default"])
        #expect(documents.map(\.metadata.generateName) == ["", "", "c-"])
        #expect(documents.map { $0.place?.line } == [1, 3, 5])
        #expect(documents.map(\.isRun) == [false, false, true])
    }

    @Test func `a list stands for its items`() {
        var loader = ManifestLoader(defaultNamespace: "ci")
        let diagnostics = loader.load(
            text: """
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Secret, metadata: {name: a}}
                - apiVersion: v1
                  kind: SecretList
                  items:
                  - {apiVersion: v1, kind: Secret, metadata: {name: b}}
                """,
            file: "test.yaml"
        )
        #expect(diagnostics.isEmpty)
        #expect(loader.set.all(kind: "Secret").map(\.metadata.name) == ["a", "b"])
        #expect(loader.set.documents.count == 2)
        #expect(loader.set.document(kind: "Secret", namespace: "ci", name: "b")?.place?.line == 8)
        #expect(loader.set.document(kind: "Secret", namespace: "default", name: "b") == nil)
    }

    @Test(arguments: [
        ("↓kind: Task", "this document has no 'apiVersion'"),
        ("↓apiVersion: v1", "this document has no 'kind'"),
        ("a: 1\n---\n↓b: 1", "this document has no 'apiVersion' and 'kind'"),
        ("↓text", "this document has no 'apiVersion' and 'kind'"),
        ("apiVersion: v1\nkind: ↓1", "'kind' must be text"),
        ("apiVersion: v1\nkind: List\nitems:\n- ↓kind: Secret", "this document has no 'apiVersion'"),
        ("apiVersion: v1\nkind: Secret\n↓kind: Secret", "the key 'kind' is there twice"),
    ])
    func `what is no Kubernetes object is an error with its place`(_ marked: String, _ message: String) {
        let yaml = MarkedYAML(marked)
        var loader = ManifestLoader()
        let diagnostic = loader.load(text: yaml.text, file: yaml.file).last
        #expect(diagnostic?.message == message)
        #expect(diagnostic?.severity == .error)
        #expect(diagnostic?.place == yaml.place)
        #expect(loader.set.documents.isEmpty)
    }

    @Test func `two different documents of one name are an error that names both places`() {
        var loader = ManifestLoader()
        let first = loader.load(text: "{apiVersion: v1, kind: Secret, metadata: {name: a}}", file: "one.yaml")
        let same = loader.load(text: "kind: Secret\nmetadata: {name: a}\napiVersion: v1", file: "two.yaml")
        let other = loader.load(
            text: "\n{apiVersion: v1, kind: Secret, metadata: {name: a, labels: {b: c}}}",
            file: "three.yaml"
        )
        #expect(first.isEmpty && same.isEmpty)
        #expect(
            other == [
                Diagnostic(
                    rule: "DD1006",
                    message: "there are two different documents for Secret 'a' in namespace 'default'",
                    place: SourcePlace(file: "three.yaml", line: 2, column: 1),
                    path: "metadata.name",
                    notes: ["the first is at one.yaml:1:1", "rename or remove one of the two"]
                )
            ]
        )
        #expect(loader.set.documents.count == 1)
        #expect(loader.set.documents.first?.metadata.labels == [:])
    }

    @Test(arguments: [
        "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: other}, type: b}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
        "{apiVersion: example.com/v1, kind: Secret, metadata: {name: a}, type: b}",
        "{apiVersion: v1, kind: Secret, metadata: {generateName: a}}",
    ])
    func `a document of another namespace, kind or API group is another document`(_ text: String) {
        var loader = ManifestLoader()
        #expect(loader.load(text: "{apiVersion: v1, kind: Secret, metadata: {name: a}}", file: "test.yaml").isEmpty)
        #expect(loader.load(text: text, file: "test.yaml").isEmpty)
        #expect(loader.set.documents.count == 2)
        #expect(loader.set.document(kind: "Secret", namespace: "default", name: "a")?.apiVersion == "v1")
    }

    @Test func `a document of another API group is found if the group is named`() {
        var loader = ManifestLoader()
        let text = "{apiVersion: example.com/v1, kind: Secret, metadata: {name: a}}"
        #expect(loader.load(text: text, file: "test.yaml").isEmpty)
        #expect(loader.set.document(kind: "Secret", namespace: "default", name: "a") == nil)
        #expect(loader.set.document(kind: "Secret", namespace: "default", name: "a", group: "example.com") != nil)
    }

    @Test(
        arguments: [
            (["name": "a"], "Task"), (["name": "a", "kind": "Task"], "Task"), (["name": "a", "kind": "task"], "Task"),
            (["name": "a", "kind": "ClusterTask"], "ClusterTask"), (["name": "a", "kind": "Other"], nil),
            (["name": "b"], nil), ([:], nil),
        ] as [(YAMLNode, String?)]
    )
    func `a taskRef finds its Task or ClusterTask`(_ reference: YAMLNode, _ kind: String?) {
        var loader = ManifestLoader()
        let diagnostics = loader.load(
            text: """
                {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: a, namespace: ci}}
                ---
                {apiVersion: tekton.dev/v1beta1, kind: ClusterTask, metadata: {name: a}}
                """,
            file: "test.yaml"
        )
        #expect(diagnostics.isEmpty)
        #expect(loader.set.task(for: reference, namespace: "ci")?.kind == kind)
    }

    @Test func `a Task is found in its own namespace only, a ClusterTask from each`() {
        var loader = ManifestLoader()
        let diagnostics = loader.load(
            text: """
                {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: a, namespace: ci}}
                ---
                {apiVersion: tekton.dev/v1beta1, kind: ClusterTask, metadata: {name: a, namespace: b}}
                """,
            file: "test.yaml"
        )
        #expect(diagnostics.isEmpty)
        #expect(loader.set.task(for: ["name": "a"], namespace: "other") == nil)
        #expect(loader.set.document(kind: "ClusterTask", namespace: "other", name: "a")?.metadata.namespace == "")
    }

    @Test(
        arguments: [
            ("spec: {steps: [{↓imge: a}]}", [.error], #"unknown field "spec.steps[0].imge""#),
            ("spec: {steps: ↓1}", [.error], "spec.steps: expected a list, found the number 1"),
            ("spec: {volumes: [{name: a, ↓emptydir: {}}]}", [.warning], #"unknown field "spec.volumes[0].emptydir""#),
        ] as [(String, [Diagnostic.Severity], String)]
    )
    func `the fields of Tekton's documents are checked`(
        _ marked: String,
        _ severities: [Diagnostic.Severity],
        _ message: String
    ) {
        let yaml = MarkedYAML("apiVersion: tekton.dev/v1\nkind: Task\n\(marked)")
        var loader = ManifestLoader()
        let diagnostics = loader.load(text: yaml.text, file: yaml.file)
        #expect(diagnostics.map(\.severity) == severities)
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.map(\.place) == [yaml.place])
        #expect(loader.set.documents.count == 1)
    }

    @Test(arguments: [
        ("v1", "PipelineRun", "pipelineSpec: {tasks: [{name: a, runafter: [b]}]}", "runAfter"),
        (
            "v1beta1", "PipelineRun", "taskRunSpecs: [{pipelineTaskName: a, serviceAccountName: b}]",
            "serviceAccountName"
        ),
        ("v1beta1", "PipelineRun", "taskRunSpecs: [{pipelineTaskName: a, podTemplate: {}}]", "podTemplate"),
    ])
    func `fields under another name are kept under the one that they are read as`(
        _ version: String,
        _ kind: String,
        _ spec: String,
        _ name: String
    ) throws {
        var loader = ManifestLoader()
        let text = "{apiVersion: tekton.dev/\(version), kind: \(kind), metadata: {name: a}, spec: {\(spec)}}"
        #expect(loader.load(text: text, file: "test.yaml").map(\.severity) == [.warning])
        let run = try #require(loader.set.documents.first).spec
        let element = run["taskRunSpecs"]?.elements.first ?? run[path: "pipelineSpec", "tasks"]?.elements.first
        #expect(element?[name] != nil)
    }

    @Test func `bytes that are no UTF-8 are a diagnostic`() {
        var loader = ManifestLoader()
        let diagnostics = loader.load(bytes: [0x61, 0x3A, 0x20, 0xFF], file: "test.yaml")
        #expect(diagnostics.map(\.message) == ["this is not UTF-8"])
        #expect(diagnostics.map(\.rule) == ["DD1001"])
    }
}
