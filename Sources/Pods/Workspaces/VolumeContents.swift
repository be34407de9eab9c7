import Manifests
import Planning
import SystemPackage

/// Works out what volumes are made of.
struct VolumeContents {
    private static let defaultMode = 0o644

    var keyed: KeyedValues
    var pod: PodIdentity

    /// The content of a volume or workspace.
    /// - Parameters:
    ///   - source: What the manifest says.
    ///   - name: The name of the volume, for messages.
    ///   - templateKey: What tells the directory of a claim template from those of other runs and workspaces.
    /// - Returns: The content.
    /// - Throws: Why Kubernetes would not start the Pod.
    func content(
        of source: VolumeSource,
        name: String,
        templateKey: String
    ) throws(Refusal) -> VolumeContent {
        switch source {
        case .emptyDir: return .emptyDirectory
        case .persistentVolumeClaim(let claim, let isReadOnly): return .claim(claim, isReadOnly: isReadOnly)
        case .volumeClaimTemplate: return .template(templateKey)
        case .secret(let object, let selection):
            return .files(try files(of: .secret, object, selection, volume: name))
        case .configMap(let object, let selection):
            return .files(try files(of: .configMap, object, selection, volume: name))
        case .downwardAPI(let items, let mode):
            return .files(try files(of: items, defaultMode: mode))
        case .projected(let sources, let mode):
            return .files(try projectedFiles(of: sources, defaultMode: mode, volume: name))
        case .hostPath(let path, let type):
            return .host(path: FilePath(path), type: type)
        case .directory(let path, let access):
            return .directory(FilePath(path), access)
        case .unsupported(let kind):
            throw .podCreation("volume \"\(name)\" is of the kind \(kind), which needs a cluster", pod: pod.name)
        }
    }

    private func files(
        of kind: KeyedValues.Kind,
        _ object: String,
        _ selection: VolumeSource.FileSelection,
        defaultMode: Int? = nil,
        volume: String
    ) throws(Refusal) -> [VolumeFile] {
        let values: [String: [UInt8]]
        do {
            values = try keyed.values(of: kind, object, isOptional: selection.isOptional) ?? [:]
        } catch {
            throw .configuration("MountVolume.SetUp failed for volume \"\(volume)\": \(error.cause)")
        }
        let mode = selection.defaultMode ?? defaultMode ?? Self.defaultMode
        guard let items = selection.items else {
            return values.sorted { $0.key < $1.key }.map { key, bytes in
                VolumeFile(path: FilePath(key), bytes: bytes, mode: UInt32(mode))
            }
        }
        var files: [VolumeFile] = []
        for item in items {
            guard let bytes = values[item.key] else {
                if selection.isOptional { continue }
                throw .configuration(
                    "MountVolume.SetUp failed for volume \"\(volume)\": references non-existent "
                        + "\(kind == .secret ? "secret" : "config") key: \(item.key)"
                )
            }
            files.append(VolumeFile(path: FilePath(item.path), bytes: bytes, mode: UInt32(item.mode ?? mode)))
        }
        return files
    }

    private func files(of items: [VolumeSource.DownwardFile], defaultMode: Int?) throws(Refusal) -> [VolumeFile] {
        var files: [VolumeFile] = []
        for item in items {
            guard let value = pod.value(ofField: item.fieldPath) else {
                throw .configuration("field path \"\(item.fieldPath)\" of file \(item.path) is not supported")
            }
            files.append(
                VolumeFile(
                    path: FilePath(item.path),
                    bytes: Array(value.utf8),
                    mode: UInt32(item.mode ?? defaultMode ?? Self.defaultMode)
                )
            )
        }
        return files
    }

    private func projectedFiles(
        of sources: [VolumeSource.ProjectedSource],
        defaultMode: Int?,
        volume: String
    ) throws(Refusal) -> [VolumeFile] {
        var files: [VolumeFile] = []
        for source in sources {
            switch source {
            case .secret(let name, let selection):
                files += try self.files(of: .secret, name, selection, defaultMode: defaultMode, volume: volume)
            case .configMap(let name, let selection):
                files += try self.files(of: .configMap, name, selection, defaultMode: defaultMode, volume: volume)
            case .downwardAPI(let items):
                files += try self.files(of: items, defaultMode: defaultMode)
            case .serviceAccountToken:
                throw .podCreation(
                    "volume \"\(volume)\" projects a service account token, which only a cluster can give",
                    pod: pod.name
                )
            }
        }
        return files
    }
}

extension Refusal {
    /// A Pod that Kubernetes would not take.
    static func podCreation(_ cause: String, pod: String) -> Refusal {
        Refusal(reason: "PodCreationFailed", message: "failed to create task run pod \"\(pod)\": \(cause)")
    }

    /// The message without what ``configuration(_:)`` put before it.
    fileprivate var cause: String {
        message.split(separator: "config error: ", maxSplits: 1).last.map(String.init) ?? message
    }
}
