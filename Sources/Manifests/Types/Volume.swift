package import YAML

/// A volume of a Task or of a Pod template.
package struct Volume: Sendable, Hashable {
    package var name: String
    package var source: VolumeSource

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        source = VolumeSource(node)
    }
}

/// Where the files of a volume or of a workspace come from.
package enum VolumeSource: Sendable, Hashable {
    case emptyDir(medium: String, sizeLimit: String?)
    case persistentVolumeClaim(name: String, isReadOnly: Bool)
    /// A fresh claim a run.
    case volumeClaimTemplate(name: String)
    case secret(name: String, FileSelection)
    case configMap(name: String, FileSelection)
    case downwardAPI([DownwardFile], defaultMode: Int?)
    case projected([ProjectedSource], defaultMode: Int?)
    case hostPath(path: String, type: String)
    /// A directory of this machine, which only the command line can name (`-w name=…,path=DIR`).
    case directory(path: String, DirectoryAccess)
    /// A kind of volume that means nothing on one machine, by its field's name (`csi`, `nfs`, …).
    case unsupported(kind: String)

    /// How the steps may use a directory of this machine.
    package enum DirectoryAccess: String, Sendable, Hashable { case copy, readOnly, readWrite }

    /// Which keys of a Secret or ConfigMap become files, and how.
    package struct FileSelection: Sendable, Hashable {
        package struct Item: Sendable, Hashable {
            package var key: String
            package var path: String
            package var mode: Int?
        }

        /// Nil means every key under its own name.
        package var items: [Item]?
        package var defaultMode: Int?
        package var isOptional: Bool

        package init(_ node: YAMLNode) {
            items = node["items"]?.elements.map {
                Item(key: $0["key"]?.string ?? "", path: $0["path"]?.string ?? "", mode: $0["mode"]?.integer)
            }
            defaultMode = node["defaultMode"]?.integer
            isOptional = node["optional"]?.bool ?? false
        }
    }

    package struct DownwardFile: Sendable, Hashable {
        package var path: String
        package var fieldPath: String
        package var mode: Int?

        init(_ node: YAMLNode) {
            path = node["path"]?.string ?? ""
            fieldPath = node[path: "fieldRef", "fieldPath"]?.string ?? ""
            mode = node["mode"]?.integer
        }
    }

    package enum ProjectedSource: Sendable, Hashable {
        case secret(name: String, FileSelection)
        case configMap(name: String, FileSelection)
        case downwardAPI([DownwardFile])
        case serviceAccountToken(path: String)
    }

    /// Reads the one field that names the source, from a volume or a workspace binding.
    package init(_ node: YAMLNode) {
        if let claim = node["persistentVolumeClaim"] {
            self = .persistentVolumeClaim(
                name: claim["claimName"]?.string ?? "",
                isReadOnly: claim["readOnly"]?.bool ?? false
            )
        } else if let template = node["volumeClaimTemplate"] {
            self = .volumeClaimTemplate(name: template[path: "metadata", "name"]?.string ?? "pvc")
        } else if let secret = node["secret"] {
            let name = secret["secretName"]?.string ?? secret["name"]?.string ?? ""
            self = .secret(name: name, FileSelection(secret))
        } else if let map = node["configMap"] {
            self = .configMap(name: map["name"]?.string ?? "", FileSelection(map))
        } else if let projected = node["projected"] {
            self = .projected(
                (projected["sources"]?.elements ?? []).flatMap { Self.projectedSources($0) },
                defaultMode: projected["defaultMode"]?.integer
            )
        } else if let downward = node["downwardAPI"] {
            self = .downwardAPI(
                (downward["items"]?.elements ?? []).map { DownwardFile($0) },
                defaultMode: downward["defaultMode"]?.integer
            )
        } else if let host = node["hostPath"] {
            self = .hostPath(path: host["path"]?.string ?? "", type: host["type"]?.string ?? "")
        } else if let directory = node["directory"] {
            self = .directory(
                path: directory["path"]?.string ?? "",
                directory["access"]?.string.flatMap { DirectoryAccess(rawValue: $0) } ?? .copy
            )
        } else if let kind = node.mapping?.keys.first(where: { !Self.notSources.contains($0) }) {
            self = .unsupported(kind: kind)
        } else {
            let directory = node["emptyDir"]
            self = .emptyDir(
                medium: directory?["medium"]?.string ?? "",
                sizeLimit: directory?["sizeLimit"].map { $0.string ?? $0.jsonText() }
            )
        }
    }

    private static let notSources: Set<String> = ["name", "subPath", "emptyDir", "workspace"]

    private static func projectedSources(_ node: YAMLNode) -> [ProjectedSource] {
        var sources: [ProjectedSource] = []
        if let secret = node["secret"] {
            sources.append(.secret(name: secret["name"]?.string ?? "", FileSelection(secret)))
        }
        if let map = node["configMap"] {
            sources.append(.configMap(name: map["name"]?.string ?? "", FileSelection(map)))
        }
        if let downward = node["downwardAPI"] {
            sources.append(.downwardAPI((downward["items"]?.elements ?? []).map { DownwardFile($0) }))
        }
        if let token = node["serviceAccountToken"] {
            sources.append(.serviceAccountToken(path: token["path"]?.string ?? ""))
        }
        return sources
    }
}
