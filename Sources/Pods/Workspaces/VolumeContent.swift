import Manifests
import SystemPackage

/// What a volume of a Pod is made of, all references looked up.
enum VolumeContent: Sendable, Hashable {
    /// Fresh for the Pod and empty.
    case emptyDirectory
    /// A claim that lasts in the project.
    case claim(String, isReadOnly: Bool)
    /// Fresh for the run, shared by its Pods that name the same key.
    case template(String)
    /// Files of Secrets, ConfigMaps and the downward API; never writable in a container.
    case files([VolumeFile])
    /// A path of the engine's machine.
    case host(path: FilePath, type: String)
    /// A directory of this machine that the command line names.
    case directory(FilePath, VolumeSource.DirectoryAccess)
    /// A directory in which the engine's socket appears.
    case socketDirectory

    /// Whether no container may write it, whatever its mount says.
    var isReadOnly: Bool {
        switch self {
        case .files: true
        case .claim(_, let isReadOnly): isReadOnly
        case .directory(_, let access): access == .readOnly
        default: false
        }
    }
}

/// A file in a volume that is made of values.
struct VolumeFile: Sendable, Hashable {
    /// Where it lies in the volume.
    var path: FilePath
    var bytes: [UInt8]
    var mode: UInt32
}
