import Manifests
import YAML

/// The documents of a repository that some of them need, and no others: those that are not needed may be wrong.
struct ManifestClosure {
    let manifests: RepositoryManifests
    let namespace: String

    private(set) var set: ManifestSet
    private(set) var problems: [Diagnostic] = []

    init(of documents: [FoundDocument], in manifests: RepositoryManifests, namespace: String) throws(CommandFailure) {
        self.manifests = manifests
        self.namespace = namespace
        set = ManifestSet(defaultNamespace: namespace)
        var texts: Set<String> = []
        var open = documents
        var seen: Set<String> = []
        while let found = open.popLast() {
            guard seen.insert("\(found.file):\(found.document.place.map { "\($0)" } ?? "")").inserted else { continue }
            set.add(found.document)
            problems += found.problems.filter { !problems.contains($0) }
            let references = ManifestReferences(in: found.document.root)
            texts.formUnion(references.texts)
            for (kinds, names) in [
                (["Pipeline"], references.pipelines), (["Task", "ClusterTask"], references.tasks),
                (["StepAction"], references.stepActions),
            ] {
                for name in names.sorted() {
                    if let next = try nearest(kinds, name, to: found) { open.append(next) }
                }
            }
        }
        addOthers(named: texts, from: documents.first)
    }

    /// The document that a name means: of several, the one whose file is the nearest.
    private func nearest(
        _ kinds: [String],
        _ name: String,
        to other: FoundDocument
    ) throws(CommandFailure) -> FoundDocument? {
        let all = manifests.tekton.filter {
            kinds.contains($0.document.kind) && $0.document.isTekton && $0.document.metadata.name == name
        }
        let best = all.map { Self.closeness($0.file, other.file) }.max()
        let nearest = all.filter { Self.closeness($0.file, other.file) == best }
        guard let first = nearest.first else { return nil }
        if let second = nearest.dropFirst().first(where: { $0.document.root != first.document.root }) {
            throw CommandFailure(
                .usage,
                "there are two different documents for \(first.document.kind) '\(name)', which \(other.file) names: "
                    + "\(Self.place(of: first)) and \(Self.place(of: second)); name the files to run with -f"
            )
        }
        return first
    }

    /// Secrets and the like whose name stands anywhere in what was taken; they may name others.
    private mutating func addOthers(named texts: Set<String>, from origin: FoundDocument?) {
        var texts = texts
        var added: Set<[String]> = []
        var isGrowing = true
        let nearestFirst = manifests.others.sorted { left, right in
            Self.closeness(left.file, origin?.file ?? "") > Self.closeness(right.file, origin?.file ?? "")
        }
        while isGrowing {
            isGrowing = false
            for found in nearestFirst where texts.contains(found.document.metadata.name) {
                let key = [found.document.kind, found.document.metadata.namespace, found.document.metadata.name]
                guard added.insert(key).inserted else { continue }
                set.add(found.document)
                isGrowing = true
                if found.document.kind == "ServiceAccount" {
                    texts.formUnion(ManifestReferences(in: found.document.root).texts)
                }
            }
        }
    }

    private static func place(of found: FoundDocument) -> String {
        found.document.place.map { "\($0.file):\($0.line)" } ?? found.file
    }

    /// How many folders two files share.
    private static func closeness(_ left: String, _ right: String) -> Int {
        zip(left.split(separator: "/").dropLast(), right.split(separator: "/").dropLast()).prefix { $0 == $1 }.count
    }
}
