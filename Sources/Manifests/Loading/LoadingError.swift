package import SystemPackage

/// Why no manifest could be read from a path.
package enum LoadingError: Error, Sendable, Hashable {
    case missing(FilePath)
    case unreadable(FilePath, reason: String)
    /// A directory without any `.yaml`, `.yml` or `.json` file.
    case noManifests(FilePath)

    /// Whether something is there that could not be read.
    package var isUnreadable: Bool { if case .unreadable = self { true } else { false } }
}

extension LoadingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "there is no file or directory \(path)"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .noManifests(let path): "there is no .yaml, .yml or .json file in \(path)"
        }
    }
}
