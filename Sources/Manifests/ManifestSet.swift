package import YAML

/// All documents of a command, found by what they are.
///
/// References and Secrets are looked up in a run's namespace only, as on a cluster; a document without a
/// namespace is in the default one that the set was made with. Documents of kinds that belong to no namespace
/// (ClusterTask, ClusterRole) have an empty one and are found from every namespace.
package struct ManifestSet: Sendable {
    package struct Key: Hashable, Sendable {
        /// The part of `apiVersion` in front of the version, empty for Kubernetes' core.
        package var group: String
        package var kind: String
        package var namespace: String
        package var name: String
    }

    package private(set) var documents: [Document] = []
    package var defaultNamespace: String
    /// What references through resolvers led to, as far as it was found out.
    package var resolutions: [ResolverReference: Resolution] = [:]
    private var byKey: [Key: Int] = [:]

    package init(defaultNamespace: String = "default") {
        self.defaultNamespace = defaultNamespace
    }

    /// Adds a document, its namespace filled in.
    /// - Returns: The document of the same kind, namespace and name that differs and was there before, which stays.
    @discardableResult
    package mutating func add(_ document: Document) -> Document? {
        var document = document
        if Self.kindsWithoutNamespace.contains(document.kind) {
            document.metadata.namespace = ""
        } else if document.metadata.namespace.isEmpty {
            document.metadata.namespace = defaultNamespace
        }
        guard !document.metadata.name.isEmpty else {
            documents.append(document)
            return nil
        }
        let key = Key(
            group: document.group,
            kind: document.kind,
            namespace: document.metadata.namespace,
            name: document.metadata.name
        )
        if let index = byKey[key] {
            let earlier = documents[index]
            return earlier.root == document.root ? nil : earlier
        }
        byKey[key] = documents.count
        documents.append(document)
        return nil
    }

    /// Adds a document, which has its name and namespace, in the place of another of its kind, namespace and name.
    package mutating func replace(with document: Document) {
        let key = Key(
            group: document.group,
            kind: document.kind,
            namespace: document.metadata.namespace,
            name: document.metadata.name
        )
        if let index = byKey[key] {
            documents[index] = document
        } else {
            byKey[key] = documents.count
            documents.append(document)
        }
    }

    /// The document of a kind of Tekton Pipelines or of Kubernetes' core, or of another API group if it is named.
    package func document(kind: String, namespace: String, name: String, group: String? = nil) -> Document? {
        let namespace = Self.kindsWithoutNamespace.contains(kind) ? "" : namespace
        for group in group.map({ [$0] }) ?? [Document.pipelinesGroup, ""] {
            let key = Key(group: group, kind: kind, namespace: namespace, name: name)
            if let index = byKey[key] { return documents[index] }
        }
        return nil
    }

    /// The Task or ClusterTask that a `taskRef` names, nil if there is none or if it names something else.
    ///
    /// The kind may be absent, and its letters of either case (`task`).
    package func task(for reference: YAMLNode, namespace: String) -> Document? {
        guard let name = reference["name"]?.string else { return nil }
        switch (reference["kind"]?.string ?? "Task").lowercased() {
        case "task", "": return document(kind: "Task", namespace: namespace, name: name)
        case "clustertask": return document(kind: "ClusterTask", namespace: "", name: name)
        default: return nil
        }
    }

    package func all(kind: String) -> [Document] { documents.filter { $0.kind == kind } }

    /// Kinds of Tekton and Kubernetes whose objects belong to no namespace.
    private static let kindsWithoutNamespace: Set<String> = [
        "ClusterInterceptor", "ClusterRole", "ClusterRoleBinding", "ClusterTask", "ClusterTriggerBinding",
        "CustomResourceDefinition", "IngressClass", "Namespace", "PersistentVolume", "PriorityClass",
        "RuntimeClass", "StorageClass",
    ]
}
