import Glibc
import SystemPackage

/// A folder that was opened, and what is done in it by name.
///
/// No path is ever followed: what a container puts in the way of a name (a symbolic link, a file) is seen and
/// not used, so that nothing outside the folder can be reached.
final class FolderDescriptor: Sendable {
    let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens a folder by a path that the caller vouches for.
    convenience init(at path: FilePath) throws(Errno) {
        self.init(try check(open(path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)))
    }

    /// Opens a folder in this one; a symbolic link is not followed.
    func folder(_ name: Name) throws(Errno) -> FolderDescriptor {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        return FolderDescriptor(try name.withCString { openat(descriptor, $0, flags) }.checked())
    }

    func make(_ name: Name) throws(Errno) {
        try name.withCString { mkdirat(descriptor, $0, 0o755) }.checked()
    }

    /// What a name stands for, itself if it is a symbolic link; nil for nothing.
    func status(_ name: Name) throws(Errno) -> stat? {
        var status = stat()
        do throws(Errno) {
            try name.withCString { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }.checked()
        } catch .noSuchFileOrDirectory {
            return nil
        }
        return status
    }

    var device: UInt64 {
        get throws(Errno) {
            var status = stat()
            try fstat(descriptor, &status).checked()
            return UInt64(status.st_dev)
        }
    }

    /// The names in it, without `.` and `..`.
    func names() throws(Errno) -> [Name] {
        // The stream owns its descriptor, and its place in the folder is not shared with this one.
        let copy = try ".".withCString { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }.checked()
        guard let stream = fdopendir(copy) else {
            let error = Errno(rawValue: errno)
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        var names: [Name] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { Name(cString: $0) }
            }
            if !name.isDots { names.append(name) }
        }
        return names
    }

    /// Removes all that is in it, and not the folder.
    func removeContents() throws(Errno) {
        for name in try names() { try remove(name) }
    }

    /// Removes a file, or a folder with all in it.
    func remove(_ name: Name) throws(Errno) {
        guard let status = try status(name) else { return }
        if status.isFolder {
            try folder(name).removeContents()
            try name.withCString { unlinkat(descriptor, $0, AT_REMOVEDIR) }.checked()
        } else {
            try name.withCString { unlinkat(descriptor, $0, 0) }.checked()
        }
    }

    /// Moves something of another folder here; folders of one name become one, other files are replaced.
    /// - Throws: `directoryNotEmpty` where a folder is in the way of a file.
    func take(_ name: Name, from other: FolderDescriptor) throws(Errno) {
        if let existing = try status(name), let incoming = try other.status(name) {
            switch (existing.isFolder, incoming.isFolder) {
            case (true, true):
                let source = try other.folder(name)
                let target = try folder(name)
                for inner in try source.names() { try target.take(inner, from: source) }
                try name.withCString { unlinkat(other.descriptor, $0, AT_REMOVEDIR) }.checked()
                return
            case (true, false): throw .directoryNotEmpty
            case (false, true): try remove(name)
            case (false, false): break
            }
        }
        do throws(Errno) {
            try name.withCString { renameat(other.descriptor, $0, descriptor, $0) }.checked()
        } catch .improperLink {
            try remove(name)
            try copy(name, from: other)
            try other.remove(name)
        }
    }

    /// Makes files readable by everybody, as a usual mask leaves them, and gives them their owner.
    func settle(_ name: Name, owner: CloneTask.Owner?) throws(Errno) {
        guard let status = try status(name) else { return }
        if status.isFolder {
            let inner = try folder(name)
            for name in try inner.names() { try inner.settle(name, owner: owner) }
        }
        if let owner {
            try name.withCString {
                fchownat(descriptor, $0, UInt32(owner.user), UInt32(owner.group), AT_SYMLINK_NOFOLLOW)
            }.checked()
        }
        guard !status.isLink else { return }
        let isExecutable = status.st_mode & 0o100 != 0
        let mode = status.st_mode & 0o755 | (isExecutable ? 0o555 : 0o444)
        guard mode != status.st_mode & 0o7777 else { return }
        try name.withCString { fchmodat(descriptor, $0, mode, 0) }.checked()
    }
}

extension FolderDescriptor {
    /// A name in a folder, whatever its bytes.
    struct Name: Hashable, ExpressibleByStringLiteral {
        private let bytes: [CChar]

        init(cString: UnsafePointer<CChar>) {
            bytes = Array(UnsafeBufferPointer(start: cString, count: strlen(cString) + 1))
        }
        init(_ text: String) { bytes = text.utf8CString.map { $0 } }
        init(stringLiteral text: String) { self.init(text) }

        var text: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        var isDots: Bool { self == "." || self == ".." }

        func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
            bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { preconditionFailure("a name ends with a zero byte") }
                return body(start)
            }
        }
    }
}

extension stat {
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
}

extension Int32 {
    /// Throws what `errno` holds if a call failed.
    @discardableResult
    func checked() throws(Errno) -> Int32 {
        guard self >= 0 else { throw Errno(rawValue: errno) }
        return self
    }
}

private func check(_ value: Int32) throws(Errno) -> Int32 { try value.checked() }
