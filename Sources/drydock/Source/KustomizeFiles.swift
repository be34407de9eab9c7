import SystemPackage
import YAML

/// The files that kustomize builds something else of: patches, and the resources of bases.
///
/// A kustomization that only lists resources changes nothing, and they are what they are.
struct KustomizeFiles {
    /// By the folder that it stands in.
    private var kustomizations: [FilePath: YAMLNode] = [:]
    private(set) var leftOut: Set<FilePath> = []

    init(_ texts: [(path: FilePath, bytes: [UInt8])]) {
        for (path, bytes) in texts where isKustomization(path) {
            // One that cannot be read changes nothing.
            guard let node = try? YAMLParser.parse(bytes: bytes, file: path.string).first else { continue }
            kustomizations[path.removingLastComponent()] = node
        }
        for (folder, node) in kustomizations {
            let patches =
                (node["patches"]?.elements ?? []).compactMap { $0["path"]?.string }
                + (node["patchesJson6902"]?.elements ?? []).compactMap { $0["path"]?.string }
                + (node["patchesStrategicMerge"]?.strings ?? [])
            leftOut.formUnion(patches.map { Self.path($0, in: folder) })
            let bases = ["resources", "bases", "components"].flatMap { node[$0]?.strings ?? [] }
                .map { Self.path($0, in: folder) }
            for base in bases {
                guard let resources = kustomizations[base]?["resources"]?.strings else { continue }
                leftOut.formUnion(resources.map { Self.path($0, in: base) })
            }
        }
    }

    func isKustomization(_ path: FilePath) -> Bool {
        ["kustomization.yaml", "kustomization.yml"].contains(path.lastComponent?.string)
    }

    private static func path(_ text: String, in folder: FilePath) -> FilePath {
        folder.pushing(FilePath(text)).lexicallyNormalized()
    }
}
