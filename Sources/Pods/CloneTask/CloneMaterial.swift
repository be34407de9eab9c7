import Glibc
import SystemPackage

/// A workspace that brings keys, passwords or certificates, as it lies on this machine.
struct CloneMaterial: Sendable {
    var folder: FilePath
    /// Whether it is made of values of a Secret or ConfigMap, which in a Pod belong to root.
    var isMadeOfValues: Bool
    /// The group that the Pod gives such files (`fsGroup`).
    var group: Int?

    /// Why something in it cannot be read.
    enum Failure: Error {
        case leadsOut
        case system(Errno)
    }

    /// Something in the folder.
    struct Item {
        fileprivate var parent: FolderDescriptor
        /// Nil for the parent itself.
        fileprivate var name: FolderDescriptor.Name?
        /// What the step sees of it.
        var status: stat

        func open() throws(Errno) -> FolderDescriptor {
            guard let name else { return parent }
            return try parent.folder(name)
        }

        /// The path that a symbolic link holds.
        func linkTarget() throws(Errno) -> String {
            guard let name else { throw .invalidArgument }
            return try parent.linkTarget(name)
        }

        /// Copies a file to a path that is not taken, for nobody else's eyes.
        func copyFile(to target: FilePath) throws(Errno) {
            guard let name else { throw .isDirectory }
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let input = try name.withCString { openat(parent.descriptor, $0, flags) }.checked()
            defer { close(input) }
            let output = try Glibc.open(target.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600).checked()
            defer { close(output) }
            while true {
                let count = sendfile(output, input, nil, 1 << 24)
                guard count >= 0 else { throw Errno(rawValue: errno) }
                if count == 0 { return }
            }
        }
    }

    /// Looks something up, every symbolic link on the way as inside a step: none leads out of the folder.
    /// - Parameters:
    ///   - path: The names from the folder on.
    ///   - followsLast: Whether a link at the end of the path is followed too.
    /// - Returns: Nil if it is not there.
    /// - Throws: That it cannot be read.
    func item(_ path: [String], followsLast: Bool) throws(Failure) -> Item? {
        do throws(Errno) {
            var folders = [try FolderDescriptor(at: folder)]
            var rest = path[...]
            var linkCount = 0
            while let part = rest.popFirst() {
                guard let parent = folders.last else { throw Errno.invalidArgument }
                if part == ".." {
                    guard folders.count > 1 else { return try leadOut() }
                    folders.removeLast()
                    continue
                }
                let name = FolderDescriptor.Name(part)
                guard let status = try parent.status(name) else { return nil }
                if status.isLink, followsLast || !rest.isEmpty {
                    linkCount += 1
                    guard linkCount < 40 else { throw Errno.tooManySymbolicLinkLevels }
                    let target = try parent.linkTarget(name)
                    guard !target.hasPrefix("/") else { return try leadOut() }
                    rest = (target.split(separator: "/").map { String($0) }.filter { $0 != "." } + rest)[...]
                } else if rest.isEmpty {
                    return Item(parent: parent, name: name, status: seen(status))
                } else {
                    guard status.isFolder else { return nil }
                    folders.append(try parent.folder(name))
                }
            }
            guard let last = folders.last else { return nil }
            return Item(parent: last, name: nil, status: seen(try last.ownStatus()))
        } catch {
            throw error == Self.outside ? .leadsOut : .system(error)
        }
    }

    /// Stands for a link out of the folder among the errors of the system, none of which is below zero.
    private static let outside = Errno(rawValue: -1)

    private func leadOut() throws(Errno) -> Item? { throw Self.outside }

    private func seen(_ status: stat) -> stat {
        guard isMadeOfValues else { return status }
        var seen = status
        seen.st_uid = 0
        seen.st_gid = gid_t(group ?? 0)
        if group != nil { seen.st_mode |= 0o440 }
        return seen
    }
}

extension FolderDescriptor {
    func linkTarget(_ name: Name) throws(Errno) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = name.withCString { readlinkat(descriptor, $0, &target, Int(PATH_MAX)) }
        try Int32(length).checked()
        return String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func ownStatus() throws(Errno) -> stat {
        var status = stat()
        try fstat(descriptor, &status).checked()
        return status
    }
}
