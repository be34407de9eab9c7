import Manifests
import YAML

/// Gives the workspaces of a PipelineRun to the runs of a task.
struct RunWorkspaces {
    let prepared: PreparedRun
    /// What the run binds, by name, with all variables replaced.
    let bindings: [String: YAMLNode]

    /// The workspaces of a TaskRun or CustomRun.
    /// - Parameters:
    ///   - task: The task, which names those that it gives.
    ///   - resolved: What it carries out; an embedded Task gets also those that it names in its texts.
    /// - Returns: The bindings.
    /// - Throws: Which workspace is needed and not there.
    func bindings(of task: PipelineTask, for resolved: ResolvedTask) throws(Refusal) -> [YAMLNode] {
        var wanted = task.workspaces
        let names = Set(wanted.map(\.name))
        wanted += resolved.namedWorkspaces.filter { !names.contains($0) }.map { PipelineTaskWorkspace(name: $0) }
        let contexts = Replacements(strings: [
            "context.pipelineRun.name": prepared.name,
            "context.pipelineRun.namespace": prepared.namespace,
            "context.pipelineRun.uid": prepared.uid,
            "context.pipeline.name": prepared.pipelineRef,
        ])
        var given: [YAMLNode] = []
        for workspace in wanted {
            if let binding = bindings[workspace.nameInPipeline] {
                var bound = bound(workspace, to: binding)
                bound["subPath"] = bound["subPath"]?.string.map { YAMLNode(contexts.apply(to: $0)) }
                given.append(bound)
            } else if !resolved.workspaces.contains(where: { $0.name == workspace.name && $0.isOptional }) {
                throw Refusal(
                    reason: "CreateRunFailed",
                    message: "expected workspace \"\(workspace.nameInPipeline)\" to be provided by pipelinerun "
                        + "for pipeline task \"\(task.name)\""
                )
            }
        }
        return given
    }

    /// The workspaces of a PipelineRun; what is missing is missed by that run itself.
    func bindings(ofPipeline task: PipelineTask) -> [YAMLNode] {
        task.workspaces.compactMap { workspace in
            bindings[workspace.nameInPipeline].map { bound(workspace, to: $0) }
        }
    }

    private func bound(_ workspace: PipelineTaskWorkspace, to binding: YAMLNode) -> YAMLNode {
        var given = binding
        if let template = binding["volumeClaimTemplate"] {
            let claim = Self.claim(of: template, workspace: binding["name"]?.string ?? "", uid: prepared.uid)
            given = ["persistentVolumeClaim": ["claimName": YAMLNode(claim)]]
        }
        given["name"] = YAMLNode(workspace.name)
        let subPath = Self.join(binding["subPath"]?.string ?? "", workspace.subPath)
        given["subPath"] = subPath.isEmpty ? nil : YAMLNode(subPath)
        return given
    }

    /// The name of the claim that a template becomes.
    static func claim(of template: YAMLNode, workspace: String, uid: String) -> String {
        ChildNames.claim(template: template[path: "metadata", "name"]?.string ?? "", workspace: workspace, uid: uid)
    }

    /// Two paths as one, without `.`, `..` and empty parts where both are given.
    private static func join(_ first: String, _ second: String) -> String {
        guard !first.isEmpty, !second.isEmpty else { return first + second }
        var parts: [Substring] = []
        for part in "\(first)/\(second)".split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (first.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
