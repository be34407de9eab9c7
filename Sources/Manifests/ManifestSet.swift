/// All documents of a command, found by what they are.
///
/// References and Secrets are looked up in a run's namespace only, as on a cluster; a document without a
/// namespace is in the default one that the set was made with.
package struct ManifestSet: Sendable {
    package struct Key: Hashable, Sendable {
        package var kind: String
        package var namespace: String
        package var name: String
    }

    package private(set) var documents: [Document] = []
    package var defaultNamespace: String
    private var byKey: [Key: Int] = [:]

    package init(defaultNamespace: String = "default") {
        self.defaultNamespace = defaultNamespace
    }

    /// Adds a document, its namespace filled in.
    /// - Returns: The document of the same kind, namespace and name that differs and was there before, which stays.
    @discardableResult
    package mutating func add(_ document: Document) -> Document? {
        var document = document
        if document.metadata.namespace.isEmpty { document.metadata.namespace = defaultNamespace }
        guard !document.metadata.name.isEmpty else {
            documents.append(document)
            return nil
        }
        let key = Key(kind: document.kind, namespace: document.metadata.namespace, name: document.metadata.name)
        if let index = byKey[key] {
            let earlier = documents[index]
            return earlier.root == document.root ? nil : earlier
        }
        byKey[key] = documents.count
        documents.append(document)
        return nil
    }

    package func document(kind: String, namespace: String, name: String) -> Document? {
        byKey[Key(kind: kind, namespace: namespace, name: name)].map { documents[$0] }
    }

    package func all(kind: String) -> [Document] { documents.filter { $0.kind == kind } }
}
