package import SystemPackage

/// Something put into a container's file system (`Mounts` of `POST /containers/create`).
package enum Mount: Sendable, Equatable {
    /// A file or directory of the engine's machine; it must exist.
    case bind(
        source: FilePath,
        target: FilePath,
        isReadOnly: Bool = false,
        propagation: BindPropagation = .rprivate
    )
    /// A volume of the engine, made when there is none by this name; `nil` is an anonymous one.
    case volume(name: String?, target: FilePath, isReadOnly: Bool = false, options: VolumeOptions = VolumeOptions())
    /// A file system in memory; `mode` are the directory's permission bits.
    case tmpfs(target: FilePath, sizeBytes: Int64? = nil, mode: Int? = nil)

    /// Where it is seen in the container.
    package var target: FilePath {
        switch self {
        case .bind(_, let target, _, _), .volume(_, let target, _, _), .tmpfs(let target, _, _): target
        }
    }
}

/// How mounts made later below a bind are seen on the other side.
package enum BindPropagation: String, Sendable {
    /// Neither side sees the other's, also not further down.
    case rprivate
    /// Neither side sees the other's.
    case `private`
    /// Both see each other's, also further down.
    case rshared
    /// Both see each other's.
    case shared
    /// The container sees the machine's, also further down.
    case rslave
    /// The container sees the machine's.
    case slave
}

/// How a volume is made and filled.
package struct VolumeOptions: Sendable, Equatable {
    /// Whether a new volume stays empty instead of getting what the image has at that path.
    package var noCopy: Bool
    /// Labels of a volume that is made.
    package var labels: [String: String]

    /// Options of a volume.
    package init(noCopy: Bool = false, labels: [String: String] = [:]) {
        self.noCopy = noCopy
        self.labels = labels
    }
}

extension VolumeOptions {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object.add("NoCopy", ifTrue: noCopy)
        object.add("Labels", ifFilled: labels)
        return object
    }
}

extension Mount {
    /// The part of the request's body.
    var json: JSONObject {
        var object = JSONObject()
        var options = JSONObject()
        object.add("Target", target.string)
        switch self {
        case .bind(let source, _, let isReadOnly, let propagation):
            object.add("Type", "bind")
            object.add("Source", source.string)
            object.add("ReadOnly", ifTrue: isReadOnly)
            options.add("Propagation", propagation.rawValue)
            object.add("BindOptions", options)
        case .volume(let name, _, let isReadOnly, let volume):
            object.add("Type", "volume")
            object.add("Source", name)
            object.add("ReadOnly", ifTrue: isReadOnly)
            object.add("VolumeOptions", volume.json)
        case .tmpfs(_, let sizeBytes, let mode):
            object.add("Type", "tmpfs")
            options.add("SizeBytes", sizeBytes)
            options.add("Mode", mode)
            object.add("TmpfsOptions", options)
        }
        return object
    }
}
