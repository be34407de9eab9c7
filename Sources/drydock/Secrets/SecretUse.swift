import Foundation
import Manifests
import Planning
import YAML

/// A place where what runs names a Secret.
struct SecretUse {
    var namespace: String
    var name: String
    /// The keys that it needs, nil if it takes all that there are.
    var keys: [String]?
    /// Whether the task fails without it, and is certain to run.
    var isRequired: Bool
    /// What names it, as in `task build, step push, variable PASSWORD`.
    var user: String
    var place: SourcePlace?
}

/// Finds where a TaskRun names Secrets.
///
/// Optional ones are left out, and names that are not known before something has run.
struct SecretUseFinder {
    let plan: TaskRunPlan
    /// The TaskRun, which knows where its workspaces were bound.
    let taskRun: Document
    /// What the user calls it, like `task build`.
    let owner: String
    let isCertain: Bool

    func uses() -> [SecretUse] {
        let variables: [SecretUse] = containers.flatMap { uses(ofContainer: $0.node, called: $0.label) }
        return (variables + volumes() + workspaces()).filter { !$0.name.isEmpty && !$0.name.contains("$(") }
    }

    private var containers: [(node: YAMLNode, label: String)] {
        let steps = plan.spec.node["steps"]?.elements ?? []
        let sidecars = plan.spec.node["sidecars"]?.elements ?? []
        return steps.map { ($0, "step \($0["name"]?.string ?? "")") }
            + sidecars.map { ($0, "sidecar \($0["name"]?.string ?? "")") }
    }

    // MARK: - Variables

    private func uses(ofContainer node: YAMLNode, called label: String) -> [SecretUse] {
        variables(in: node["env"], label)
            + (node["envFrom"]?.elements ?? []).compactMap { source in
                use(source["secretRef"], name: "name", keys: nil, "\(label), envFrom")
            }
    }

    private func variables(in node: YAMLNode?, _ label: String) -> [SecretUse] {
        (node?.elements ?? []).compactMap { variable in
            let reference = variable[path: "valueFrom", "secretKeyRef"]
            let keys = [reference?["key"]?.string ?? ""]
            return use(reference, name: "name", keys: keys, "\(label), variable \(variable["name"]?.string ?? "")")
        }
    }

    // MARK: - Files

    /// What a Pod needs of its volumes: those that a container mounts.
    private func volumes() -> [SecretUse] {
        let mounted = Set(
            containers.flatMap { $0.node["volumeMounts"]?.elements ?? [] }.compactMap { $0["name"]?.string }
        )
        let volumes = (plan.spec.node["volumes"]?.elements ?? []) + (plan.podTemplate["volumes"]?.elements ?? [])
        let files: [SecretUse] = volumes.filter { mounted.contains($0["name"]?.string ?? "") }.flatMap {
            uses(ofVolume: $0, "volume \($0["name"]?.string ?? "")")
        }
        return files + variables(in: plan.podTemplate["env"], "podTemplate")
    }

    private func workspaces() -> [SecretUse] {
        (taskRun.spec["workspaces"]?.elements ?? []).flatMap { binding in
            uses(ofVolume: binding, "workspace \(binding["name"]?.string ?? "")")
        }
    }

    private func uses(ofVolume node: YAMLNode, _ label: String) -> [SecretUse] {
        let secrets = [(node["secret"], "secretName")]
        let projected = (node[path: "projected", "sources"]?.elements ?? []).map { ($0["secret"], "name") }
        return (secrets + projected).compactMap { secret, name in
            let keys = secret?["items"]?.sequence?.compactMap { $0["key"]?.string }
            return use(secret, name: name, keys: keys, label)
        }
    }

    private func use(_ reference: YAMLNode?, name: String, keys: [String]?, _ label: String) -> SecretUse? {
        guard let reference, reference["optional"]?.bool != true else { return nil }
        return SecretUse(
            namespace: plan.namespace,
            name: reference[name]?.string ?? "",
            keys: keys,
            isRequired: isCertain,
            user: "\(owner), \(label)",
            place: reference.mapping?.entry(name)?.value.place ?? reference.place
        )
    }
}

/// The Secrets that the runs of a command name, as far as it can be seen before anything has run.
enum SecretUses {
    /// - Parameters:
    ///   - runs: The runs, their names given.
    ///   - manifests: All documents.
    ///   - isCarriedOutWithoutSecrets: Whether a TaskRun needs none of the Secrets that it names.
    /// - Returns: A use for each place, in the order of the tasks.
    static func of(
        _ runs: [Document],
        in manifests: ManifestSet,
        except isCarriedOutWithoutSecrets: (TaskRunPlan) -> Bool = { _ in false }
    ) -> [SecretUse] {
        runs.flatMap { run -> [SecretUse] in
            finders(of: run, in: manifests).filter { !isCarriedOutWithoutSecrets($0.plan) }.flatMap { $0.uses() }
        }
    }

    // The ancestors are the PipelineRuns that the run is a task of: a Pipeline inside itself is not gone into.
    private static func finders(
        of run: Document,
        inside ancestors: [Document] = [],
        in manifests: ManifestSet,
        isCertain: Bool = true
    ) -> [SecretUseFinder] {
        guard run.kind == "PipelineRun" else {
            return finder(of: run, task: nil, owner: run.metadata.name, isCertain: true, manifests).map { [$0] } ?? []
        }
        var state = PipelineRunState(run: run, manifests: manifests, uid: "", others: ancestors)
        _ = state.start(at: .now)
        let unsure = state.tasksThatMayBeSkipped
        let foreseen = state.foreseen
        let chain = foreseen.pipelineRuns.isEmpty ? [] : [Document(state.object)] + ancestors
        let inside = foreseen.pipelineRuns.flatMap { preview in
            finders(
                of: preview.object,
                inside: chain,
                in: manifests,
                isCertain: isCertain && !unsure.contains(preview.pipelineTask)
            )
        }
        return foreseen.taskRuns.compactMap { preview in
            finder(
                of: preview.taskRun,
                task: preview.task,
                owner: "task \(preview.pipelineTask)",
                isCertain: isCertain && !unsure.contains(preview.pipelineTask),
                manifests
            )
        } + inside
    }

    /// Nil for a TaskRun that will be refused, which is told when its time comes.
    private static func finder(
        of taskRun: Document,
        task: Document?,
        owner: String,
        isCertain: Bool,
        _ manifests: ManifestSet
    ) -> SecretUseFinder? {
        // A refusal is told when the TaskRun's time comes.
        let plan = try? TaskRunPlanner.plan(taskRun, task: task, manifests: manifests, retry: 0).get()
        return plan.map { SecretUseFinder(plan: $0, taskRun: taskRun, owner: owner, isCertain: isCertain) }
    }
}
