import Manifests
package import YAML

/// Replaces all variables of a Task in Tekton's order, each kind in the texts that the one before has left.
///
/// So a param's value may bring in a `$(context.…)`, but never another param.
package struct TaskSubstitution: Sendable {
    /// What `$(context.…)` stands for.
    package struct Contexts: Sendable {
        package var taskRun: String
        package var namespace: String
        package var uid: String
        package var task: String
        package var retry: Int

        package init(taskRun: String, namespace: String, uid: String, task: String, retry: Int) {
            self.taskRun = taskRun
            self.namespace = namespace
            self.uid = uid
            self.task = task
            self.retry = retry
        }
    }

    package var params: Replacements
    package var contexts: Contexts
    /// The workspaces of the run, variables in them replaced and claims made of templates.
    package var bindings: [YAMLNode]
    /// The volumes that they become.
    package var volumes: WorkspaceVolumes

    package init(params: Replacements, contexts: Contexts, bindings: [YAMLNode], volumes: WorkspaceVolumes) {
        self.params = params
        self.contexts = contexts
        self.bindings = bindings
        self.volumes = volumes
    }

    package func apply(to written: YAMLNode) -> YAMLNode {
        var spec = params.apply(toTaskSpec: written)
        spec = contexts.replacements.apply(toTaskSpec: spec)
        spec = Self.applyResultPaths(to: spec)
        spec = Self.applyArtifactPaths(to: spec)
        spec = Self.applyExitCodePaths(to: spec)
        spec["workspaces"] = WorkspaceSubstitution.declarations(in: spec, bindings: bindings)
        let substitution = WorkspaceSubstitution(
            declarations: (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) },
            bindings: bindings,
            volumes: volumes.names
        )
        return substitution.apply(to: spec)
    }

    /// `$(credentials.path)`, which a Task's stored spec keeps.
    package static func applyCredentialsPath(to spec: YAMLNode, path: String = "/tekton/creds") -> YAMLNode {
        Replacements(strings: ["credentials.path": path]).apply(toTaskSpec: spec)
    }
}

extension TaskSubstitution.Contexts {
    package var replacements: Replacements {
        Replacements(strings: [
            "context.taskRun.name": taskRun,
            "context.taskRun.namespace": namespace,
            "context.taskRun.uid": uid,
            "context.task.name": task,
            "context.task.retry-count": String(retry),
        ])
    }
}

// MARK: - Paths of files that steps write

extension TaskSubstitution {
    /// `$(step.results.x.path)` of the step in which it stands, `$(results.x.path)` of the Task.
    package static func applyResultPaths(to spec: YAMLNode) -> YAMLNode {
        let spec = eachStep(of: spec) { step, folder in
            var paths = Replacements()
            for name in names(of: step["results"]) {
                let suffixes = [".\(name).path", "[\"\(name)\"].path", "['\(name)'].path"]
                for suffix in suffixes { paths.strings["step.results\(suffix)"] = "\(folder)/results/\(name)" }
            }
            return paths
        }
        var paths = Replacements()
        for name in names(of: spec["results"]) {
            for variable in ["results.\(name).path", "results[\"\(name)\"].path", "results['\(name)'].path"] {
                paths.strings[variable] = "/tekton/results/\(name)"
            }
        }
        return paths.apply(toTaskSpec: spec)
    }

    /// `$(artifacts.path)` of the Task and `$(step.artifacts.path)` of the step in which it stands; in steps only.
    package static func applyArtifactPaths(to spec: YAMLNode) -> YAMLNode {
        eachStep(of: spec) { _, folder in
            Replacements(strings: [
                "step.artifacts.path": "\(folder)/artifacts/provenance.json",
                "artifacts.path": "/tekton/artifacts/provenance.json",
            ])
        }
    }

    /// `$(steps.step-x.exitCode.path)`, the same in every step.
    package static func applyExitCodePaths(to spec: YAMLNode) -> YAMLNode {
        var paths = Replacements()
        for (index, step) in (spec["steps"]?.elements ?? []).enumerated() {
            let container = containerName(of: step, index: index)
            paths.strings["steps.\(container).exitCode.path"] = "/tekton/steps/\(container)/exitCode"
        }
        return paths.apply(toTaskSpec: spec)
    }

    private static func eachStep(
        of spec: YAMLNode,
        _ replacements: (_ step: YAMLNode, _ folder: String) -> Replacements
    ) -> YAMLNode {
        guard let steps = spec["steps"]?.sequence else { return spec }
        var spec = spec
        spec["steps"] = YAMLNode(
            steps.enumerated().map { index, step in
                let folder = "/tekton/steps/\(containerName(of: step, index: index))"
                return replacements(step, folder).apply(toStep: step)
            }
        )
        return spec
    }

    private static func containerName(of step: YAMLNode, index: Int) -> String {
        let name = step["name"]?.string ?? ""
        return name.isEmpty ? "step-unnamed-\(index)" : "step-\(name)"
    }

    private static func names(of list: YAMLNode?) -> [String] {
        (list?.elements ?? []).compactMap { $0["name"]?.string }
    }
}
