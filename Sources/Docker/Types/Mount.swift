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
package enum BindPropagation: String, Sendable, Encodable {
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

extension VolumeOptions: Encodable {
    private enum CodingKeys: String, CodingKey {
        case noCopy = "NoCopy"
        case labels = "Labels"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfTrue(noCopy, forKey: .noCopy)
        try fields.encodeIfFilled(labels, forKey: .labels)
    }
}

extension Mount: Encodable {
    private enum CodingKeys: String, CodingKey {
        case type = "Type"
        case source = "Source"
        case target = "Target"
        case readOnly = "ReadOnly"
        case bindOptions = "BindOptions"
        case volumeOptions = "VolumeOptions"
        case tmpfsOptions = "TmpfsOptions"
    }

    private enum BindKeys: String, CodingKey {
        case propagation = "Propagation"
    }

    private enum TmpfsKeys: String, CodingKey {
        case sizeBytes = "SizeBytes"
        case mode = "Mode"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(target.string, forKey: .target)
        switch self {
        case .bind(let source, _, let isReadOnly, let propagation):
            try fields.encode("bind", forKey: .type)
            try fields.encode(source.string, forKey: .source)
            try fields.encodeIfTrue(isReadOnly, forKey: .readOnly)
            var options = fields.nestedContainer(keyedBy: BindKeys.self, forKey: .bindOptions)
            try options.encode(propagation, forKey: .propagation)
        case .volume(let name, _, let isReadOnly, let options):
            try fields.encode("volume", forKey: .type)
            try fields.encodeIfPresent(name, forKey: .source)
            try fields.encodeIfTrue(isReadOnly, forKey: .readOnly)
            try fields.encode(options, forKey: .volumeOptions)
        case .tmpfs(_, let sizeBytes, let mode):
            try fields.encode("tmpfs", forKey: .type)
            var options = fields.nestedContainer(keyedBy: TmpfsKeys.self, forKey: .tmpfsOptions)
            try options.encodeIfPresent(sizeBytes, forKey: .sizeBytes)
            try options.encodeIfPresent(mode, forKey: .mode)
        }
    }
}
