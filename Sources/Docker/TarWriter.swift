package import SystemPackage
/// A tar archive in the making.
package struct TarWriter: Sendable {
    /// An empty archive.
    package init() {}
    package mutating func addFile(_ path: FilePath, contents: [UInt8], mode: UInt16 = 0o644, uid: Int = 0, gid: Int = 0) {}
    package mutating func addDirectory(_ path: FilePath, mode: UInt16 = 0o755, uid: Int = 0, gid: Int = 0) {}
    package mutating func addSymlink(_ path: FilePath, to target: FilePath, uid: Int = 0, gid: Int = 0) {}
    /// The whole archive.
    package consuming func finish() -> [UInt8] { [] }
}
