import YAML

/// What may be written in Tekton's documents: the fields, and what each may hold.
///
/// The check is that of a cluster at creation, on a document as it was written: the strict decoder of Tekton's
/// webhook, which ignores letter case, and the schema that the API server holds, which does not, but which is open
/// in some nested parts (`taskSpec` in a Pipeline, `volumes`, …).
package enum Schema {
    /// What is wrong with the fields of a document; nothing for documents that are not Tekton's.
    ///
    /// Rules: `DD1001` a value of a wrong type, `DD1002` an unknown field, `DD1003` an unknown kind or version,
    /// `DD1004` a value that must be there. A field in wrong letter case that a cluster would still accept is a
    /// warning.
    package static func check(_ document: Document) -> [Diagnostic] {
        switch support(for: document) {
        case .foreign: return []
        case .unknown(let diagnostic): return [diagnostic]
        case .known(let name, let catalogue):
            var checker = SchemaChecker(catalogue: catalogue)
            checker.check(document.root, as: .object(name))
            return checker.diagnostics
        }
    }

    /// The document with the fields renamed that are in wrong letter case and would be accepted all the same.
    ///
    /// What it leaves alone is what ``check(_:)`` reports as an error.
    package static func canonicalised(_ document: Document) -> Document {
        guard case .known(let name, let catalogue) = support(for: document) else { return document }
        var canonical = Document(SchemaCanonicaliser(catalogue: catalogue).canonical(document.root, as: .object(name)))
        canonical.metadata = document.metadata
        canonical.writtenAPIVersion = document.writtenAPIVersion
        return canonical
    }

    /// The whole document as Tekton's decoder and encoder leave it, nil for one that is not Tekton's.
    static func stored(_ document: Document) -> YAMLNode? {
        guard case .known(let name, let catalogue) = support(for: document) else { return nil }
        return StoredForm(catalogue: catalogue).stored(document.root, as: .object(name))
    }
}

// MARK: - Kinds

extension Schema {
    private enum Support {
        case foreign
        case unknown(Diagnostic)
        case known(ShapeName, SchemaCatalogue)
    }

    private struct Kind {
        var name: ShapeName
        var versions: [String]
    }

    /// `ClusterTask` has gone from Tekton; documents that still carry it are read as the Task that they hold.
    private static let kinds: [String: Kind] = [
        "Task": Kind(name: .task, versions: ["v1", "v1beta1"]),
        "ClusterTask": Kind(name: .task, versions: ["v1beta1"]),
        "Pipeline": Kind(name: .pipeline, versions: ["v1", "v1beta1"]),
        "PipelineRun": Kind(name: .pipelineRun, versions: ["v1", "v1beta1"]),
        "TaskRun": Kind(name: .taskRun, versions: ["v1", "v1beta1"]),
        "StepAction": Kind(name: .stepAction, versions: ["v1beta1", "v1alpha1"]),
        "CustomRun": Kind(name: .customRun, versions: ["v1beta1"]),
    ]

    /// Kinds of the same group that say nothing about what runs.
    private static let otherKinds: Set<String> = [
        "Condition", "PipelineResource", "Run", "VerificationPolicy",
    ]

    private static func support(for document: Document) -> Support {
        guard let version = version(of: document) else { return .foreign }
        guard let kind = kinds[document.kind] else {
            return otherKinds.contains(document.kind) ? .foreign : .unknown(unknownKind(document))
        }
        guard kind.versions.contains(version) else { return .unknown(unknownKind(document)) }
        return .known(kind.name, version == "v1beta1" ? .v1beta1 : .v1)
    }

    /// The version in Tekton's group; empty where the group was forgotten, nil for documents of others.
    private static func version(of document: Document) -> String? {
        let parts = document.apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { return parts[0] == "tekton.dev" ? String(parts[1]) : nil }
        return kinds[document.kind] == nil ? nil : ""
    }

    private static func unknownKind(_ document: Document) -> Diagnostic {
        var notes: [String] = []
        if let versions = kinds[document.kind]?.versions {
            let names = versions.map { "tekton.dev/\($0)" }.joined(separator: " or ")
            notes.append("\(document.kind) is in \(names)")
        } else if let near = NearestName.to(document.kind, among: kinds.keys.sorted()) {
            notes.append("did you mean \"\(near)\"?")
        }
        let isVersionWrong = kinds[document.kind] != nil
        let wrong = document.root[isVersionWrong ? "apiVersion" : "kind"]
        return Diagnostic(
            rule: "DD1003",
            message: "no matches for kind \"\(document.kind)\" in version \"\(document.apiVersion)\"",
            place: wrong?.place ?? document.place,
            path: isVersionWrong ? "apiVersion" : "kind",
            notes: notes
        )
    }
}
