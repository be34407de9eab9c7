package import SystemPackage

/// Where bare mirrors of remotes are kept, one for each address.
package struct MirrorCache: Sendable, Hashable {
    package var folder: FilePath
    /// Nothing is fetched: what a mirror does not hold is missing.
    package var isOffline: Bool

    package init(folder: FilePath, isOffline: Bool = false) {
        self.folder = folder
        self.isOffline = isOffline
    }
}
