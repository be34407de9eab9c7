package import Manifests
import Foundation
import YAML

/// What has to be found out through resolvers before something can be carried out.
package enum OpenReferences {
    /// The references that a run meets, and that nobody has answered yet, as far as they are known before it starts.
    ///
    /// Answers may bring further ones: whoever answers asks again. References with variables in them, which may be
    /// results, are left out.
    /// - Parameters:
    ///   - run: A PipelineRun or TaskRun.
    ///   - manifests: With the answers so far.
    /// - Returns: Each once, in the order in which they stand.
    package static func foreseeable(of run: Document, in manifests: ManifestSet) -> [ResolverReference] {
        guard manifests.mayReferElsewhere(from: run) else { return [] }
        return unique(known(of: run, inside: [], in: manifests).filter { !$0.hasVariables })
    }

    // The ancestors are the PipelineRuns that the run is a task of: a Pipeline inside itself is not gone into.
    private static func known(
        of run: Document,
        inside ancestors: [Document],
        in manifests: ManifestSet
    ) -> [ResolverReference] {
        guard run.kind == "PipelineRun" else { return ofTaskRun(run, task: nil, in: manifests) }
        var state = PipelineRunState(run: run, manifests: manifests, uid: "", others: ancestors)
        _ = state.start(at: .distantPast)
        let chain = [Document(state.object)] + ancestors
        let foreseen = state.foreseen
        return state.openReferences + foreseen.taskRuns.flatMap { ofTaskRun($0.taskRun, task: $0.task, in: manifests) }
            + foreseen.pipelineRuns.flatMap { known(of: $0.object, inside: chain, in: manifests) }
    }

    /// The references that a TaskRun meets, and that nobody has answered yet.
    /// - Parameters:
    ///   - taskRun: The TaskRun.
    ///   - task: The Task it refers to, where it is known already.
    ///   - manifests: With the answers so far.
    /// - Returns: Each once: that to the Task, or those of the Task's steps.
    package static func ofTaskRun(
        _ taskRun: Document,
        task: Document?,
        in manifests: ManifestSet
    ) -> [ResolverReference] {
        let namespace = manifests.namespace(of: taskRun)
        if let reference = ResolverReference(ofTaskRun: taskRun, namespace: namespace),
            manifests.resolutions[reference] == nil
        {
            return [reference]
        }
        // Why there is no Task is told when it is needed.
        guard let lookup = try? TaskLookup.find(taskRun, task: task, manifests: manifests) else { return [] }
        let spec = Defaults.taskSpec(lookup.spec)
        let values = Replacements(
            params: (taskRun.spec["params"]?.elements ?? []).map { Param($0) },
            declared: (spec["params"]?.elements ?? []).map { ParamSpec($0) },
            scope: .task
        )
        let references = (spec["steps"]?.elements ?? []).compactMap { step in
            step["ref"].flatMap { ResolverReference($0, replacing: values, namespace: namespace) }
        }
        return unique(references.filter { manifests.resolutions[$0] == nil })
    }

    private static func unique(_ references: [ResolverReference]) -> [ResolverReference] {
        var seen: Set<ResolverReference> = []
        return references.filter { seen.insert($0).inserted }
    }
}

extension ManifestSet {
    /// Whether a resolver is named anywhere, so that it is worth planning a run to find references.
    fileprivate func mayReferElsewhere(from run: Document) -> Bool {
        run.root.hasResolver || documents.contains { $0.isTekton && $0.root.hasResolver }
    }

    /// The namespace that a run is in.
    fileprivate func namespace(of run: Document) -> String {
        run.metadata.namespace.isEmpty ? defaultNamespace : run.metadata.namespace
    }
}

extension YAMLNode {
    /// Whether the key `resolver` is in it, however deep.
    fileprivate var hasResolver: Bool {
        switch content {
        case .mapping(let mapping): mapping.entries.contains { $0.key == "resolver" || $0.value.hasResolver }
        case .sequence(let nodes): nodes.contains(where: \.hasResolver)
        default: false
        }
    }
}

extension ResolverReference {
    /// A `taskRef`, `pipelineRef` or `ref` that names a resolver; nil for any other.
    /// - Parameters:
    ///   - node: The reference as it is written.
    ///   - values: What variables in its params stand for.
    ///   - namespace: That of the run.
    init?(_ node: YAMLNode, replacing values: Replacements, namespace: String) {
        guard let resolver = node["resolver"]?.string, !resolver.isEmpty else { return nil }
        let params = (node["params"]?.elements ?? []).map { Param($0) }
        self.init(resolver: resolver, params: values.apply(to: params), namespace: namespace)
    }

    /// What a TaskRun asks a resolver for; nil if its Task is named or embedded.
    init?(ofTaskRun taskRun: Document, namespace: String) {
        guard let reference = taskRun.spec["taskRef"] else { return nil }
        var values = Replacements(
            params: (taskRun.spec["params"]?.elements ?? []).map { Param($0) },
            declared: [],
            scope: .task
        )
        let contexts = [
            "context.taskRun.name": taskRun.metadata.name, "context.taskRun.namespace": namespace,
            "context.taskRun.uid": taskRun.root[path: "metadata", "uid"]?.string ?? "", "context.task.name": "",
        ]
        values.merge(Replacements(strings: contexts))
        self.init(reference, replacing: values, namespace: namespace)
    }
}
