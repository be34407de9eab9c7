package import Manifests
import YAML

extension ManifestSet {
    /// The Pipelines, Tasks and StepActions that a document refers to, directly or through others; those that are not there and
    /// those that a resolver would bring left out.
    package func reached(from document: Document) -> [Document] {
        var reached: [Document] = []
        var seen: Set<[String]> = []
        var next = references(of: document)
        while let document = next.popLast() {
            guard seen.insert([document.kind, document.metadata.namespace, document.metadata.name]).inserted else {
                continue
            }
            reached.append(document)
            next += references(of: document)
        }
        return reached
    }

    private func references(of document: Document) -> [Document] {
        let written = document.metadata.namespace
        let namespace = written.isEmpty ? defaultNamespace : written
        let parts = DocumentParts(document)
        let tasks = (parts.taskRuns + parts.pipelineTasks).compactMap { $0.part("taskRef") }
        let pipelines = (parts.pipelineRuns + parts.pipelineTasks).compactMap { $0.part("pipelineRef") }
        let actions = parts.tasks.flatMap { $0.found(at: "steps[].ref") }.filter { $0.text("resolver").isEmpty }
        return tasks.compactMap { task(for: $0.node, namespace: namespace) }
            + pipelines.compactMap {
                self.document(kind: "Pipeline", namespace: namespace, name: $0.text("name"))
            }
            + actions.compactMap {
                self.document(kind: "StepAction", namespace: namespace, name: $0.text("name"))
            }
    }
}
