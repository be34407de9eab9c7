package import Manifests
import Planning
import YAML

/// What drydock honours in another way than a cluster, or has no use for.
package enum Differences {
    /// What is different about a document: one note for each thing, at the first of its places.
    package static func check(_ document: Document) -> [Diagnostic] {
        let parts = DocumentParts(document)
        return notices.compactMap { $0.diagnostic(for: parts, severity: .note) }
    }

    private static let notices = containers + sidecars + pods + runs + pipelines

    private static let containers = [
        FieldNotice("DD3101", "requested resources are not set aside", in: \.resources, "requests"),
        FieldNotice("DD3102", "of resources, only cpu and memory are limited") { parts in
            parts.resources.flatMap { $0.found(at: "claims") + $0.found(at: "limits") }.filter { part in
                let names = part.node.mapping?.keys ?? ["claims"]
                return !Set(names).isSubset(of: ["cpu", "memory"])
            }
        },
        FieldNotice(
            "DD3103",
            "this kind of protection is not set up, the engine's own holds",
            in: \.containers,
            "securityContext.seLinuxOptions",
            "securityContext.appArmorProfile",
            "securityContext.procMount",
            "securityContext.windowsOptions",
            "securityContext.seccompProfile.localhostProfile"
        ),
        FieldNotice(
            "DD3104",
            "mounts do not spread, and a volume is read-only without what is mounted inside it",
            in: \.containers,
            "volumeMounts[].mountPropagation",
            "volumeMounts[].recursiveReadOnly"
        ),
        FieldNotice(
            "DD3105",
            "an empty directory is on this machine's disk and has no limit",
            in: \.volumes,
            "emptyDir.medium",
            "emptyDir.sizeLimit"
        ),
        FieldNotice("DD3106", "a claim is a directory of this machine: its size, class and access modes do not count") {
            $0.claims
        },
    ]

    private static let sidecars = [
        FieldNotice(
            "DD3111",
            "sidecars are not looked after: one that ends or hangs is not restarted",
            in: \.sidecars,
            "livenessProbe",
            "restartPolicy"
        ),
        FieldNotice(
            "DD3112",
            "sidecars have no terminal and no input",
            in: \.sidecars,
            "stdin",
            "tty"
        ),
        FieldNotice(
            "DD3113",
            "ports are not opened on this machine",
            in: \.sidecars,
            "ports[].hostPort",
            "ports[].hostIP"
        ),
        FieldNotice(
            "DD3114",
            "of a gRPC service, only the port is probed",
            in: \.sidecars,
            "readinessProbe.grpc",
            "startupProbe.grpc"
        ),
        FieldNotice(
            "DD3115",
            "sidecars leave no message when they end",
            in: \.sidecars,
            "terminationMessagePath",
            "terminationMessagePolicy"
        ),
        FieldNotice(
            "DD3116",
            "a sidecar whose probe fails gets no time of its own to end",
            in: \.sidecars,
            "readinessProbe.terminationGracePeriodSeconds",
            "startupProbe.terminationGracePeriodSeconds"
        ),
        FieldNotice("DD3117", "of an HTTPS service, only the port is probed") { parts in
            parts.sidecars.flatMap {
                $0.found(at: "readinessProbe.httpGet.scheme") + $0.found(at: "startupProbe.httpGet.scheme")
            }
            .filter { $0.node.string?.uppercased() == "HTTPS" }
        },
    ]

    private static let pods = [
        FieldNotice(
            "DD3121",
            "there is one machine, so this decides nothing",
            in: \.podTemplates,
            "nodeSelector",
            "affinity",
            "tolerations",
            "topologySpreadConstraints",
            "schedulerName",
            "priorityClassName",
            "runtimeClassName"
        ),
        FieldNotice(
            "DD3122",
            "images are pulled with this machine's own credentials",
            in: \.podTemplates,
            "imagePullSecrets"
        ),
        FieldNotice(
            "DD3123",
            "names are looked up as this machine's engine does, and there are no services",
            in: \.podTemplates,
            "dnsPolicy",
            "enableServiceLinks"
        ),
        FieldNotice(
            "DD3124",
            "this kind of protection is not set up, the engine's own holds",
            in: \.podTemplates,
            "securityContext.fsGroupChangePolicy",
            "securityContext.supplementalGroupsPolicy",
            "securityContext.seLinuxChangePolicy",
            "securityContext.seLinuxOptions",
            "securityContext.appArmorProfile",
            "securityContext.windowsOptions",
            "securityContext.seccompProfile.localhostProfile"
        ),
    ]

    private static let runs = [
        FieldNotice(
            "DD3126",
            "containers are in this group, and files in volumes keep theirs",
            in: \.podTemplates,
            "securityContext.fsGroup"
        ),
        FieldNotice(
            "DD3132",
            "the hermetic mode is one of enable-api-fields: alpha; where less is enabled, steps reach the network"
        ) { parts in
            parts.taskRunMetadata.compactMap { $0.part("annotations")?.part("experimental.tekton.dev/execution-mode") }
                .filter { $0.node.string == "hermetic" }
        },
        FieldNotice("DD3125", "users of a container are those of the machine") { parts in
            // That a Pod wants users of its own is said with a false.
            parts.podTemplates.compactMap { $0.part("hostUsers") }.filter { $0.node.bool == false }
        },
        FieldNotice("DD3131", "steps get no token of a service account") { parts in
            let accounts =
                parts.taskRuns.flatMap { $0.found(at: "serviceAccountName") }
                + parts.pipelineRuns.flatMap {
                    $0.found(at: "taskRunTemplate.serviceAccountName")
                        + $0.found(at: "taskRunSpecs[].serviceAccountName")
                }
            return accounts.filter { $0.node.string != "default" }
                + parts.podTemplates.flatMap { $0.found(at: "automountServiceAccountToken") }
        },
    ]
    private static let pipelines = [
        FieldNotice(
            "DD3141",
            "artifacts of other tasks are filled in only where they stand in the taskSpec of a Pipeline, as on a cluster"
        ) { parts in
            parts.pipelineTasks.flatMap { $0.parts("params") }
                .filter { $0.valueTexts.contains { References.containsNamedTaskArtifact($0) } }
                + parts.tasksOfTheirOwn.flatMap { $0.parts("steps") }.filter { step in
                    var isFound = false
                    step.node.forEachText { isFound = isFound || References.containsNamedTaskArtifact($0) }
                    return isFound
                }
        },
        FieldNotice(
            "DD3142",
            "a cluster gathers the results of a matrix only where another task uses them; there, this result makes the "
                + "run end with CouldntGetPipelineResult"
        ) { parts in
            parts.pipelines.flatMap { pipeline in
                let tasks = pipeline.allTasks.map { PipelineTask($0.node) }
                let used = Set(tasks.flatMap { $0.resultReferences.map(\.task) })
                let unused = Set(tasks.filter { $0.matrix != nil && !$0.isCustomTask }.map(\.name)).subtracting(used)
                return pipeline.parts("results").filter { result in
                    let result = PipelineResult(result.node)
                    return result.type == .array
                        && ResultReference.all(in: result.value).contains { unused.contains($0.task) }
                }
            }
        },
    ]
}
