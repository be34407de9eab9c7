import CGit2
import Foundation
import SystemPackage

/// Copies the files of a working tree as they stand, and makes objects of what no repository has yet.
///
/// The bytes are those of the tree. An object is made of them as `git add` would, with the attributes and line
/// endings that the user's repository is configured with, but without programs that it names as filters.
struct WorkingTreeCopy {
    let source: UserRepository
    let root: FilePath
    /// The repository that new objects are written to.
    let destination: Handle
    let target: FilePath
    let selection: CopiedObjects
    let cancellation: Cancellation

    /// Folders of the source that are no symbolic links, by what is known.
    private var realFolders: [FilePath: Bool] = ["": true]
    private var madeFolders: Set<FilePath> = [""]
    private let keepsModes: Bool

    init(
        source: UserRepository,
        root: FilePath,
        destination: Handle,
        target: FilePath,
        selection: CopiedObjects,
        cancellation: Cancellation
    ) {
        self.source = source
        self.root = root
        self.destination = destination
        self.target = target
        self.selection = selection
        self.cancellation = cancellation
        keepsModes = source.keepsModes
    }

    /// Copies.
    /// - Returns: What the tree of the files is made of; submodules with the commit that the index has.
    /// - Throws: What cannot be read or written.
    mutating func copy() throws(LibraryError) -> [TreeEntry] {
        var entries: [TreeEntry] = []
        var known: Set<FilePath> = []
        let indexTime = source.indexTime()
        for file in try source.indexedFiles() where known.insert(file.path).inserted {
            if let entry = try copy(file, indexTime: indexTime) { entries.append(entry) }
        }
        for entry in try source.status(.untracked) where entry.isUntracked && !entry.isRepository {
            guard known.insert(entry.path).inserted, let status = status(of: entry.path) else { continue }
            if let entry = try copy(entry.path, status, indexed: nil) { entries.append(entry) }
        }
        return entries
    }

    /// One file of the index, nil if it is gone.
    private mutating func copy(_ file: IndexedFile, indexTime: timespec?) throws(LibraryError) -> TreeEntry? {
        guard !cancellation.isCancelled else {
            throw LibraryError(code: GIT_EUSER.rawValue, category: 0, message: "cancelled")
        }
        guard let status = status(of: file.path) else {
            guard file.isLeftOut else { return nil }
            return try takeFromObjects(file)
        }
        if file.mode == .submodule, status.st_mode & S_IFMT == S_IFDIR {
            try makeFolder(file.path)
            return TreeEntry(path: file.path, mode: .submodule, id: file.id)
        }
        let isUnchanged = file.stage == 0 && !file.isIntended && file.matches(status, writtenBefore: indexTime)
        return try copy(file.path, status, indexed: file, isUnchanged: isUnchanged)
    }

    /// A file as it stands, nil if it is none that git keeps.
    private mutating func copy(
        _ path: FilePath,
        _ status: stat,
        indexed: IndexedFile?,
        isUnchanged: Bool = false
    ) throws(LibraryError) -> TreeEntry? {
        let from = root.pushing(path)
        let to = target.pushing(path)
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            try makeFolder(path.removingLastComponent())
            let bytes = try readingFiles(from) { try Self.copyLink(from, to: to) }
            if isUnchanged, let indexed { return TreeEntry(path: path, mode: .link, id: indexed.id) }
            return TreeEntry(path: path, mode: .link, id: try makeObject(of: bytes))
        case S_IFREG:
            try makeFolder(path.removingLastComponent())
            let copied = try readingFiles(from) { try Self.copyFile(from, to: to) }
            let ignoresMode = indexed != nil && !keepsModes
            let isProgram = ignoresMode ? indexed?.mode == .program : copied.st_mode & S_IXUSR != 0
            let mode: IndexedFile.Mode = isProgram ? .program : .file
            // What changed since it was looked at is not the file that the index knows.
            if isUnchanged, let indexed, copied.isSame(as: status) {
                return TreeEntry(path: path, mode: mode, id: indexed.id)
            }
            return TreeEntry(path: path, mode: mode, id: try makeObject(ofFile: to, called: path))
        default: return nil
        }
    }

    // MARK: - Files

    /// What a file is; nil if it is not there, or only behind a symbolic link.
    private mutating func status(of path: FilePath) -> stat? {
        guard isReal(path.removingLastComponent()) else { return nil }
        var status = stat()
        return lstat(root.pushing(path).string, &status) == 0 ? status : nil
    }

    private mutating func isReal(_ folder: FilePath) -> Bool {
        if let known = realFolders[folder] { return known }
        var status = stat()
        let isFolder =
            isReal(folder.removingLastComponent()) && lstat(root.pushing(folder).string, &status) == 0
            && status.st_mode & S_IFMT == S_IFDIR
        realFolders[folder] = isFolder
        return isFolder
    }

    private mutating func makeFolder(_ path: FilePath) throws(LibraryError) {
        guard !madeFolders.contains(path) else { return }
        let folder = target.pushing(path)
        try readingFiles(folder) {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        }
        madeFolders.insert(path)
    }

    private static func copyLink(_ from: FilePath, to: FilePath) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(from.string, &buffer, buffer.count)
        guard count >= 0 else { throw Errno(rawValue: errno) }
        let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
        guard symlink(Array(buffer[..<count]) + [0], to.string) == 0 else { throw Errno(rawValue: errno) }
        return bytes
    }

    /// Copies the bytes and whether they are a program.
    /// - Returns: What the file was while it was read.
    private static func copyFile(_ from: FilePath, to: FilePath) throws -> stat {
        let input = try FileDescriptor.open(from, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        return try input.closeAfter {
            var status = stat()
            guard fstat(input.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            let output = try FileDescriptor.open(
                to,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: FilePermissions(rawValue: status.st_mode & S_IXUSR != 0 ? 0o777 : 0o666)
            )
            try output.closeAfter {
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: status.bufferSize, alignment: 16)
                defer { buffer.deallocate() }
                while true {
                    let count = try input.read(into: buffer)
                    guard count > 0 else { break }
                    _ = try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
            }
            return status
        }
    }

    // MARK: - Objects

    private func makeObject(ofFile file: FilePath, called path: FilePath) throws(LibraryError) -> git_oid {
        var filters: OpaquePointer?
        try check(
            git_filter_list_load(
                &filters,
                source.pointer,
                nil,
                path.string,
                GIT_FILTER_TO_ODB,
                GIT_FILTER_ALLOW_UNSAFE.rawValue
            )
        )
        guard let filters else { return try makeObject(ofUnfiltered: file) }
        defer { git_filter_list_free(filters) }
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        try check(git_filter_list_apply_to_file(&buffer, filters, nil, file.string))
        return try makeObject(of: Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size)))
    }

    private func makeObject(of bytes: [UInt8]) throws(LibraryError) -> git_oid {
        var id = git_oid()
        try check(git_odb_hash(&id, bytes, bytes.count, GIT_OBJECT_BLOB))
        guard !selection.holds(id) else { return id }
        let objects = try objects()
        try check(git_odb_write(&id, objects.pointer, bytes, bytes.count, GIT_OBJECT_BLOB))
        return id
    }

    /// A piece at a time, since a file may be larger than memory.
    private func makeObject(ofUnfiltered file: FilePath) throws(LibraryError) -> git_oid {
        var id = git_oid()
        try check(git_odb_hashfile(&id, file.string, GIT_OBJECT_BLOB))
        guard !selection.holds(id) else { return id }
        let objects = try objects()
        var status = stat()
        guard lstat(file.string, &status) == 0 else {
            throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "\(file): \(Errno(rawValue: errno))")
        }
        var stream: UnsafeMutablePointer<git_odb_stream>?
        try check(git_odb_open_wstream(&stream, objects.pointer, git_object_size_t(status.st_size), GIT_OBJECT_BLOB))
        defer { git_odb_stream_free(stream) }
        try readingFiles(file) {
            let input = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
            try input.closeAfter {
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: status.bufferSize, alignment: 16)
                defer { buffer.deallocate() }
                while true {
                    let count = try input.read(into: buffer)
                    guard count > 0 else { break }
                    try check(git_odb_stream_write(stream, buffer.baseAddress, count))
                }
            }
        }
        try check(git_odb_stream_finalize_write(&id, stream))
        return id
    }

    private func objects() throws(LibraryError) -> Handle {
        try Handle(freedBy: git_odb_free) { [pointer = destination.pointer] in git_repository_odb($0, pointer) }
    }

    /// A file that a sparse checkout leaves out of the user's tree, as the index has it.
    private mutating func takeFromObjects(_ file: IndexedFile) throws(LibraryError) -> TreeEntry {
        try makeFolder(file.mode == .submodule ? file.path : file.path.removingLastComponent())
        guard file.mode != .submodule else { return TreeEntry(path: file.path, mode: .submodule, id: file.id) }
        var id = file.id
        let blob = try Handle(freedBy: git_blob_free) { [pointer = source.pointer] in
            git_blob_lookup($0, pointer, &id)
        }
        let content = UnsafeRawBufferPointer(
            start: git_blob_rawcontent(blob.pointer),
            count: Int(git_blob_rawsize(blob.pointer))
        )
        let to = target.pushing(file.path)
        try readingFiles(to) {
            if file.mode == .link {
                try FileManager.default.createSymbolicLink(
                    atPath: to.string,
                    withDestinationPath: String(decoding: content, as: UTF8.self)
                )
            } else {
                let output = try FileDescriptor.open(
                    to,
                    .writeOnly,
                    options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: FilePermissions(rawValue: file.mode == .program ? 0o777 : 0o666)
                )
                try output.closeAfter { _ = try output.writeAll(content) }
            }
        }
        return TreeEntry(path: file.path, mode: file.mode, id: file.id)
    }
}

extension UserRepository {
    /// Whether git looks at who may execute a file.
    var keepsModes: Bool {
        var config: OpaquePointer?
        guard git_repository_config_snapshot(&config, pointer) == 0 else { return true }
        defer { git_config_free(config) }
        var value: Int32 = 1
        return git_config_get_bool(&value, config, "core.filemode") != 0 || value != 0
    }
}

extension IndexedFile {
    /// Whether the index knows the file as it is, so that its bytes need not be looked at.
    fileprivate func matches(_ status: stat, writtenBefore indexTime: timespec?) -> Bool {
        guard let indexTime else { return false }
        let kind: mode_t = mode == .link ? S_IFLNK : S_IFREG
        let time = status.st_mtim
        guard status.st_mode & S_IFMT == kind, UInt32(truncatingIfNeeded: status.st_size) == size,
            Int32(truncatingIfNeeded: time.tv_sec) == modified.seconds,
            modified.nanoseconds == 0 || UInt32(truncatingIfNeeded: time.tv_nsec) == modified.nanoseconds,
            Int32(truncatingIfNeeded: status.st_ctim.tv_sec) == changedSeconds,
            UInt32(truncatingIfNeeded: status.st_ino) == inode
        else { return false }
        // A file as young as the index may have been written again in the same moment.
        return (time.tv_sec, time.tv_nsec) < (indexTime.tv_sec, indexTime.tv_nsec)
    }
}

extension stat {
    /// Enough to read a small file at once.
    fileprivate var bufferSize: Int { min(1 << 18, max(1 << 12, Int(st_size) + 1)) }

    fileprivate func isSame(as other: stat) -> Bool {
        st_size == other.st_size && st_ino == other.st_ino && st_mtim.tv_sec == other.st_mtim.tv_sec
            && st_mtim.tv_nsec == other.st_mtim.tv_nsec
    }
}
