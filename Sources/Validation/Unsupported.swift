package import Manifests
import Planning
import YAML

/// What Tekton carries out and drydock does not yet.
///
/// Each is refused by name, so that nothing of a manifest is dropped in silence.
package enum Unsupported {
    /// What is not carried out of a document and of all that it refers to.
    ///
    /// - Parameters:
    ///   - document: A run, or a Task or Pipeline that will be run; `v1`.
    ///   - set: Where the Pipelines and Tasks are found that it refers to.
    ///   - isCustomTaskKnown: Whether somebody carries out custom tasks of this apiVersion and kind.
    /// - Returns: An error for each place.
    package static func check(
        _ document: Document,
        in set: ManifestSet = ManifestSet(),
        customTasks isCustomTaskKnown: @escaping @Sendable (_ apiVersion: String, _ kind: String) -> Bool = { _, _ in
            false
        }
    ) -> [Diagnostic] {
        let notices = [customTasks(isCustomTaskKnown)] + notices
        return ([document] + set.reached(from: document)).flatMap { document in
            let parts = DocumentParts(document)
            return notices.flatMap { $0.diagnostics(for: parts, severity: .error) }
        }
    }

    private static func customTasks(_ isKnown: @escaping @Sendable (String, String) -> Bool) -> FieldNotice {
        FieldNotice("DD3002", "nobody carries out this kind of custom task here, --custom KIND=COMMAND names who does")
        {
            parts in
            parts.pipelineTasks.filter { PipelineTask($0.node).isCustomTask }
                .flatMap { $0.found(at: "taskRef") + $0.found(at: "taskSpec") }
                .filter { !isKnown($0.text("apiVersion"), $0.text("kind")) }
        }
    }

    private static let notices = references + containers + runs

    private static let references = [
        FieldNotice("DD3003", "the API of a git hosting service is not spoken: name the repository with 'url'") {
            parts in
            parts.references.filter { $0.text("resolver") == "git" }.flatMap { $0.parts("params") }
                .filter { $0.text("name") == "repo" && $0.text("value") != "" }
        },
        FieldNotice("DD3006", "only bundles, cluster, git, http and hub are resolvers here") {
            parts in
            let known = ["bundles", "cluster", "git", "http", "hub"]
            return parts.references.flatMap { $0.found(at: "resolver") }
                .filter { !known.contains($0.node.string ?? "") }
        },
    ]

    private static let containers = [
        FieldNotice("DD3021", "block devices are not carried out", in: \.containers, "volumeDevices"),
        FieldNotice(
            "DD3022",
            "variables from files are not carried out yet",
            in: \.environments,
            "env[].valueFrom.fileKeyRef"
        ),
        FieldNotice("DD3023", "subPathExpr is not carried out yet", in: \.containers, "volumeMounts[].subPathExpr"),
        FieldNotice("DD3024", "lifecycle hooks of sidecars are not carried out yet", in: \.sidecars, "lifecycle"),
        FieldNotice("DD3025", "volumes of this kind need a cluster") { parts in
            parts.volumes.flatMap { volume in
                guard case .unsupported(let kind) = VolumeSource(volume.node) else { return [Part]() }
                return [volume.part(kind) ?? volume]
            }
        },
        FieldNotice(
            "DD3027",
            "a variable does not tell the resources of another container",
            in: \.environments,
            "env[].valueFrom.resourceFieldRef.containerName"
        ),
        FieldNotice(
            "DD3028",
            "the resources of containers are not projected into volumes",
            in: \.volumes,
            "downwardAPI.items[].resourceFieldRef",
            "projected.sources[].downwardAPI.items[].resourceFieldRef"
        ),
        FieldNotice(
            "DD3026",
            "what only a cluster can give is not projected into volumes",
            in: \.volumes,
            "projected.sources[].serviceAccountToken",
            "projected.sources[].clusterTrustBundle",
            "projected.sources[].podCertificate"
        ),
    ]

    private static let runs = [
        FieldNotice("DD3034", "steps are containers of Linux, on this machine") { parts in
            parts.podTemplates.flatMap { Nodes.demandsOfOtherSystems(in: $0) }
        },
        FieldNotice("DD3033", "runs that another controller manages are not carried out") { parts in
            parts.runs.flatMap { $0.found(at: "managedBy") }.filter { $0.node.string != "tekton.dev/pipeline" }
        },
    ]
}
