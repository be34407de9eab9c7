package import Manifests
import Planning
import YAML

/// References by name to Tasks, Pipelines and StepActions that are not among the manifests.
///
/// A cluster admits them, as the document may come later, and ends the run as soon as it begins. Here nothing comes later,
/// and the manifest can say where the name stands.
package enum MissingReferences {
    /// What a run, or anything that it refers to, names and is not there.
    ///
    /// - Parameters:
    ///   - run: The run, `v1`.
    ///   - set: The manifests.
    /// - Returns: An error for each name, at its place.
    package static func check(_ run: Document, in set: ManifestSet) -> [Diagnostic] {
        // One that is cancelled or waits looks nothing up.
        guard run.spec["status"] == nil else { return [] }
        return ([run] + set.reached(from: run)).flatMap { holder in
            let written = holder.metadata.namespace
            let namespace = written.isEmpty ? set.defaultNamespace : written
            return names(in: DocumentParts(holder), namespace: namespace)
                .filter { !$0.part.text.mayHoldVariables && !$0.isThere(in: set) }.map(\.diagnostic)
        }
    }

    /// The name of a document, where it is referred to.
    private struct Name {
        var part: Part
        var kind: String
        var namespace: String

        func isThere(in set: ManifestSet) -> Bool {
            // A ClusterTask belongs to no namespace, also where it was written with one.
            if kind == "ClusterTask" { return set.all(kind: kind).contains { $0.metadata.name == part.text } }
            return set.document(kind: kind, namespace: namespace, name: part.text) != nil
        }

        var diagnostic: Diagnostic {
            Diagnostic(
                rule: "DD3007",
                message: "no \(kind) \"\(part.text)\" is among the manifests: \(part.path.text)",
                place: part.node.place,
                path: part.path.text,
                notes: [
                    "a cluster that has none in the namespace '\(namespace)' admits this and fails the run; "
                        + "give the file that holds it with another -f"
                ]
            )
        }
    }

    private static func names(in parts: DocumentParts, namespace: String) -> [Name] {
        let ofTasks = parts.taskRuns + parts.pipelineTasks.filter { !PipelineTask($0.node).isCustomTask }
        let ofPipelines = parts.pipelineRuns + parts.pipelineTasks
        return ofTasks.flatMap { $0.found(at: "taskRef") }.flatMap { names(in: $0, of: "Task", namespace) }
            + ofPipelines.flatMap { $0.found(at: "pipelineRef") }.flatMap { names(in: $0, of: "Pipeline", namespace) }
            + parts.tasks.flatMap { $0.found(at: "steps[].ref") }
            .flatMap { names(in: $0, of: "StepAction", namespace) }
    }

    /// The name in a reference, or that of what the `cluster` resolver is asked for.
    private static func names(in reference: Part, of kind: String, _ namespace: String) -> [Name] {
        switch reference.text("resolver") {
        case "":
            let isClusterTask = reference.text("kind").lowercased() == "clustertask"
            return reference.found(at: "name").map {
                Name(part: $0, kind: isClusterTask ? "ClusterTask" : kind, namespace: namespace)
            }
        case "cluster":
            let params = reference.parts("params")
            func value(_ name: String) -> Part? { params.first { $0.text("name") == name }?.part("value") }
            // What a cluster sets up for params that are not given is not known here.
            guard let name = value("name"), let namespace = value("namespace"), !namespace.text.mayHoldVariables else {
                return []
            }
            return [Name(part: name, kind: kind, namespace: namespace.text)]
        default: return []
        }
    }
}

extension Part {
    /// The text that it is itself.
    fileprivate var text: String { node.string ?? "" }
}
