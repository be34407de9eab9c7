import Foundation
import Git
import Manifests
import SystemPackage
import YAML

/// A document of a repository, with what is wrong with it.
struct FoundDocument {
    var document: Document
    /// The file as the user would name it.
    var file: String
    var problems: [Diagnostic]
}

/// What the YAML files of a repository hold, as far as running needs it.
///
/// Nothing here fails over a file that is no YAML or belongs to somebody else.
struct RepositoryManifests {
    /// Documents of Tekton Pipelines and Triggers.
    private(set) var tekton: [FoundDocument] = []
    /// Secrets, ConfigMaps, claims and ServiceAccounts, which runs may name.
    private(set) var others: [FoundDocument] = []
    /// What was seen, by kind of file.
    private(set) var tally = FileTally()
    /// What is left out that a user may miss; a line each.
    private(set) var notes: [String] = []

    private static let mostFiles = 2_000
    private static let mostBytes = 1 << 20
    private static let otherKinds: Set<String> = ["Secret", "ConfigMap", "PersistentVolumeClaim", "ServiceAccount"]

    /// Reads the tracked files, and the untracked ones that are not ignored.
    /// - Parameters:
    ///   - tree: The repository.
    ///   - namespace: That of documents which name none.
    ///   - folder: The current directory, from which files are named.
    /// - Throws: That the repository cannot be read.
    init(of tree: WorkingTree, namespace: String, seenFrom folder: FilePath) throws(GitError) {
        guard let root = tree.root else { return }
        let all = try tree.files().filter { ["yaml", "yml"].contains($0.extension?.lowercased()) }
        if all.count > Self.mostFiles {
            notes.append("only the first \(Self.mostFiles) of \(all.count) YAML files were read; name others with -f")
        }
        let files = Array(all.prefix(Self.mostFiles))
        let charts = Set(files.filter { $0.lastComponent?.string == "Chart.yaml" }.map { $0.removingLastComponent() })
        var texts: [(path: FilePath, bytes: [UInt8])] = []
        for path in files {
            guard !Self.isHelm(path, charts: charts) else {
                tally.helm += 1
                continue
            }
            guard let bytes = read(root.pushing(path), called: path) else { continue }
            texts.append((path, bytes))
        }
        let kustomize = KustomizeFiles(texts)
        for (path, bytes) in texts {
            if kustomize.isKustomization(path) {
                tally.kustomize += 1
            } else if kustomize.leftOut.contains(path) {
                tally.kustomize += 1
                leftOut.append(path.string)
            } else {
                take(bytes, of: Self.name(of: root.pushing(path), from: folder), namespace: namespace)
            }
        }
        if !leftOut.isEmpty {
            notes.append(
                "left out, since kustomize makes something else of them: \(leftOut.joined(separator: ", ")); "
                    + "kustomize build OVERLAY | drydock run -f - runs what it makes"
            )
        }
        if tally.helm > 0, tally.tekton > 0 { notes.append("left out: \(tally.helm) files of Helm charts") }
    }

    private var leftOut: [String] = []

    private mutating func read(_ path: FilePath, called name: FilePath) -> [UInt8]? {
        var status = stat()
        guard lstat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        guard status.st_size <= Self.mostBytes else {
            tally.other += 1
            notes.append("\(name) is larger than 1 MiB and was not read; name it with -f if it is needed")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: path.string) else {
            tally.other += 1
            notes.append("\(name) cannot be read")
            return nil
        }
        return Array(data)
    }

    private mutating func take(_ bytes: [UInt8], of file: String, namespace: String) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isTekton = text.contains("tekton.dev/")
        let isKubernetes = text.contains("apiVersion") && text.contains("kind")
        let namesOthers = isKubernetes && Self.otherKinds.contains { text.contains($0) }
        guard isTekton || namesOthers else {
            if text.contains("{{") {
                tally.helm += 1
            } else if isKubernetes {
                tally.kubernetes += 1
            } else {
                tally.other += 1
            }
            return
        }
        do {
            let before = tekton.count
            for root in try YAMLParser.parse(bytes: bytes, file: file) {
                add(root, of: file, namespace: namespace)
            }
            if tekton.count > before { tally.tekton += 1 } else { tally.kubernetes += 1 }
        } catch {
            guard !text.contains("{{") else {
                tally.helm += 1
                return
            }
            tally.other += 1
            if isTekton {
                notes.append("\(error.place) is no YAML and is left out: \(error.message)")
            }
        }
    }

    private mutating func add(_ root: YAMLNode, of file: String, namespace: String) {
        var loader = ManifestLoader(defaultNamespace: namespace)
        let problems = loader.load(root)
        for document in loader.set.documents {
            let found = FoundDocument(document: document, file: file, problems: problems)
            if document.isTekton || document.group == "triggers.tekton.dev" {
                tekton.append(found)
            } else if Self.otherKinds.contains(document.kind), document.group.isEmpty {
                others.append(found)
            }
        }
    }

    private static func isHelm(_ path: FilePath, charts: Set<FilePath>) -> Bool {
        let folder = path.removingLastComponent()
        if charts.contains(folder) { return true }
        return charts.contains {
            path.starts(with: $0.appending("templates")) || path.starts(with: $0.appending("charts"))
        }
    }

    /// A path as it is typed in a folder.
    static func name(of path: FilePath, from folder: FilePath) -> String {
        let parts = Array(path.components)
        let base = Array(folder.components)
        let common = zip(parts, base).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: base.count - common)
        return (up + parts[common...].map(\.string)).joined(separator: "/")
    }
}

/// How many YAML files of which kind a repository has.
struct FileTally: Equatable {
    var tekton = 0
    var kubernetes = 0
    var helm = 0
    var kustomize = 0
    var other = 0

    /// Like `14 YAML files: 9 Kubernetes, 5 Helm`.
    var text: String {
        let counts = [
            (tekton, "Tekton"), (kubernetes, "Kubernetes"), (helm, "Helm"), (kustomize, "Kustomize"), (other, "other"),
        ]
        let total = counts.map(\.0).reduce(0, +)
        guard total > 0 else { return "no YAML file" }
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(total) YAML file\(total == 1 ? "" : "s"): \(parts.joined(separator: ", "))"
    }
}
