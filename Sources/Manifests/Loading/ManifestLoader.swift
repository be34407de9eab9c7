package import SystemPackage
package import YAML

/// Reads manifests into a ``ManifestSet``, and tells what is wrong with them.
///
/// Documents of every kind are kept. `List` kinds become their items, `v1beta1` becomes `v1`. Tekton's documents are
/// checked as ``Schema/check(_:)`` does, and kept with their fields in the right letter case.
package struct ManifestLoader: Sendable {
    package var set: ManifestSet

    package init(defaultNamespace: String = "default") {
        set = ManifestSet(defaultNamespace: defaultNamespace)
    }

    /// Reads the documents of a text.
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - file: What the text is called in places.
    /// - Returns: What is wrong; a text that is no YAML adds nothing to the set.
    package mutating func load(text: String, file: String) -> [Diagnostic] {
        load(bytes: Array(text.utf8), file: file)
    }

    /// Reads the documents of a text that is still bytes.
    /// - Parameters:
    ///   - bytes: YAML or JSON in UTF-8.
    ///   - file: What the text is called in places.
    /// - Returns: What is wrong, also with the encoding; a text that is no YAML adds nothing to the set.
    package mutating func load(bytes: [UInt8], file: String) -> [Diagnostic] {
        load(bytes: bytes, file: file, toleratesOthers: false)
    }

    /// Reads a file, or all `.yaml`, `.yml` and `.json` files of a directory and the directories in it.
    ///
    /// In a directory, documents that are no Kubernetes objects at all give a warning and are left out.
    /// - Parameter path: The file or directory; places name files as this path continues.
    /// - Returns: What is wrong with the documents.
    /// - Throws: If there is nothing that can be read.
    package mutating func load(path: FilePath) throws(LoadingError) -> [Diagnostic] {
        let files = try ManifestFiles(at: path)
        var diagnostics: [Diagnostic] = []
        for file in files.paths {
            let bytes = try ManifestFiles.read(file)
            diagnostics += load(bytes: bytes, file: file.string, toleratesOthers: files.isDirectory)
        }
        return diagnostics
    }

    /// Takes a document that was read already, one that is no Kubernetes object left out.
    /// - Parameter root: The whole document.
    /// - Returns: What is wrong with it.
    package mutating func load(_ root: YAMLNode) -> [Diagnostic] {
        add(root, toleratesOthers: true)
    }

    private mutating func load(bytes: [UInt8], file: String, toleratesOthers: Bool) -> [Diagnostic] {
        do {
            return try YAMLParser.parse(bytes: bytes, file: file).flatMap { add($0, toleratesOthers: toleratesOthers) }
        } catch {
            return [Diagnostic(rule: "DD1001", message: error.message, place: error.place, notes: error.notes)]
        }
    }

    private mutating func add(_ root: YAMLNode, toleratesOthers: Bool) -> [Diagnostic] {
        let document = Document(root)
        if let problem = document.identityProblem(toleratesOthers: toleratesOthers) { return [problem] }
        if document.kind.hasSuffix("List"), let items = root["items"]?.sequence {
            return items.flatMap { add($0, toleratesOthers: toleratesOthers) }
        }
        let problems = Schema.check(document)
        guard let earlier = set.add(Schema.canonicalised(document).convertedToV1) else { return problems }
        return problems + [document.conflict(with: earlier)]
    }
}

extension Document {
    /// What is missing for this to be a Kubernetes object.
    fileprivate func identityProblem(toleratesOthers: Bool) -> Diagnostic? {
        let missing = [("apiVersion", apiVersion), ("kind", kind)].filter { $0.1.isEmpty }.map(\.0)
        guard !missing.isEmpty else { return nil }
        if toleratesOthers, missing.count == 2 {
            return Diagnostic(
                rule: "DD1005",
                severity: .warning,
                message: "this is no Kubernetes object and is left out",
                place: place,
                notes: ["an object has 'apiVersion' and 'kind'"]
            )
        }
        let isWrong = missing.contains { root[$0] != nil }
        let names = missing.map { "'\($0)'" }.joined(separator: " and ")
        return Diagnostic(
            rule: "DD1005",
            message: isWrong ? "\(names) must be text" : "this document has no \(names)",
            place: missing.lazy.compactMap { root[$0]?.place }.first ?? place,
            path: missing.first,
            notes: ["begin a Pipeline with 'apiVersion: tekton.dev/v1' and 'kind: Pipeline'"]
        )
    }

    /// Two objects with one name, which a cluster would let replace each other.
    fileprivate func conflict(with earlier: Document) -> Diagnostic {
        let namespace = earlier.metadata.namespace
        let scope = namespace.isEmpty ? "" : " in namespace '\(namespace)'"
        let first = earlier.place.map { "the first is at \($0)" }
        return Diagnostic(
            rule: "DD1006",
            message: "there are two different documents for \(kind) '\(metadata.name)'\(scope)",
            place: place,
            path: "metadata.name",
            notes: [first, "rename or remove one of the two"].compactMap { $0 }
        )
    }
}
