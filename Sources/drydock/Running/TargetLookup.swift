import Manifests

/// Finds what `pipeline/NAME`, `task/NAME`, `run/NAME` or a bare name means.
struct TargetLookup {
    let manifests: ManifestSet
    let namespace: String

    private static let kinds: [(word: String, kinds: [String])] = [
        ("pipeline", ["Pipeline"]), ("task", ["Task", "ClusterTask"]), ("run", ["PipelineRun", "TaskRun"]),
    ]

    func document(for target: String) throws -> Document {
        let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return try bare(target) }
        guard let kinds = Self.kinds.first(where: { $0.word == parts[0].lowercased() })?.kinds else {
            throw CommandFailure(.usage, "'\(target)' names nothing: expected pipeline/NAME, task/NAME or run/NAME")
        }
        let found = documents(kinds: kinds, name: parts[1])
        guard let document = found.first else {
            throw CommandFailure(
                .noInput,
                "there is no \(parts[0]) '\(parts[1])' in the manifests\(known(kinds: kinds))"
            )
        }
        return document
    }

    private func bare(_ name: String) throws -> Document {
        let found = Self.kinds.compactMap { word, kinds in
            documents(kinds: kinds, name: name).first.map { (word: word, document: $0) }
        }
        if let only = found.first, found.count == 1 { return only.document }
        guard found.isEmpty else {
            let targets = found.map { "\($0.word)/\(name)" }.joined(separator: " or ")
            throw CommandFailure(.usage, "several things are called '\(name)'; say which: \(targets)")
        }
        throw CommandFailure(
            .noInput,
            "nothing in the manifests is called '\(name)'\(known(kinds: Self.kinds.flatMap(\.kinds)))"
        )
    }

    private func documents(kinds: [String], name: String) -> [Document] {
        manifests.documents.filter { kinds.contains($0.kind) && $0.metadata.name == name }
            .sorted { left, _ in left.metadata.namespace == namespace }
    }

    private func known(kinds: [String]) -> String {
        let names = manifests.documents.filter { kinds.contains($0.kind) }.map(\.metadata.name).filter { !$0.isEmpty }
        return names.isEmpty ? "" : "; there are: \(names.joined(separator: ", "))"
    }
}
