import CGit2
import Foundation
import SystemPackage

/// A repository of this machine's user, open for reading, configured as the user has it.
///
/// Nothing is ever written to it: no object, no ref, and its index is not refreshed.
final class UserRepository {
    /// Where to look.
    enum Place {
        /// The folder itself, or the first one above it that is a repository.
        case above(FilePath)
        /// The folder itself.
        case at(FilePath)
    }

    let handle: Handle
    let configuration: UserConfiguration
    /// Settings of ours that are stronger than the user's: a file without a name, so that nothing of it can stay.
    private let ownSettings: FileDescriptor?

    var pointer: OpaquePointer { handle.pointer }

    /// Opens it.
    /// - Parameters:
    ///   - place: Where to look.
    ///   - configuration: What the user has configured.
    ///   - packsWithDeltas: Whether packs made of it are to be small rather than quick to make.
    /// - Throws: libgit2's words; the code is `GIT_ENOTFOUND` if there is none.
    init(
        _ place: Place,
        configuration: UserConfiguration,
        packsWithDeltas: Bool = true
    ) throws(LibraryError) {
        let handle = try Handle(freedBy: git_repository_free) { out in
            switch place {
            case .above(let folder): git_repository_open_ext(out, folder.string, 0, nil)
            case .at(let folder):
                git_repository_open_ext(out, folder.string, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
            }
        }
        self.handle = handle
        self.configuration = configuration
        let common = FilePath(String(cString: git_repository_commondir(handle.pointer)))
        let config = try Handle(freedBy: git_config_free) { git_config_new($0) }
        for (level, file) in configuration.levels + [(GIT_CONFIG_LEVEL_LOCAL, common.appending("config"))] {
            try check(git_config_add_file_ondisk(config.pointer, file.string, level, handle.pointer, 0))
        }
        let excludes = configuration.excludesFile(configured: Self.text(of: "core.excludesfile", in: config))
        ownSettings = try Self.settings(excludes: excludes, packsWithDeltas: packsWithDeltas)
        if let ownSettings {
            let path = "/proc/self/fd/\(ownSettings.rawValue)"
            try check(git_config_add_file_ondisk(config.pointer, path, GIT_CONFIG_LEVEL_APP, nil, 0))
        }
        try check(git_repository_set_config(handle.pointer, config.pointer))
    }

    deinit {
        // There is nobody to tell that a file without a name could not be closed.
        try? ownSettings?.close()
    }

    private static func settings(excludes: FilePath?, packsWithDeltas: Bool) throws(LibraryError) -> FileDescriptor? {
        var lines = "[core]\n"
        if let excludes {
            let quoted = excludes.string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            lines += "\texcludesFile = \"\(quoted)\"\n"
        }
        // Packing is a copy then: looking for similar objects would take longer than it saves.
        if !packsWithDeltas { lines += "\tbigFileThreshold = 1\n" }
        guard lines != "[core]\n" else { return nil }
        let path = FilePath(NSTemporaryDirectory()).appending("drydock-\(UUID().uuidString)")
        return try readingFiles(path) {
            let file = try FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
            unlink(path.string)
            _ = try file.writeAll(lines.utf8)
            return file
        }
    }

    private static func text(of name: String, in config: Handle) -> String? {
        guard
            let snapshot = try? Handle(
                freedBy: git_config_free,
                { [pointer = config.pointer] in git_config_snapshot($0, pointer) }
            )
        else {
            // What cannot be read here fails again, and is told, when the repository is used.
            return nil
        }
        var text: UnsafePointer<CChar>?
        guard git_config_get_string(&text, snapshot.pointer, name) == 0, let text else { return nil }
        return String(cString: text)
    }

    // MARK: - What it holds

    /// The top level of its files, nil for a bare repository.
    var root: FilePath? {
        git_repository_workdir(pointer).map { FilePath(String(cString: $0)) }
    }

    /// The folder with objects and refs, which worktrees share.
    var commonFolder: FilePath { FilePath(String(cString: git_repository_commondir(pointer))) }

    /// Every setting, in the order in which git reads them.
    func settings() throws(LibraryError) -> [(name: String, value: String)] {
        let config = try Handle(freedBy: git_config_free) { [pointer] in git_repository_config_snapshot($0, pointer) }
        let iterator = try Handle(freedBy: git_config_iterator_free) { [pointer = config.pointer] in
            git_config_iterator_new($0, pointer)
        }
        var all: [(name: String, value: String)] = []
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator.pointer) == 0, let entry {
            guard let name = entry.pointee.name, let value = entry.pointee.value else { continue }
            all.append((String(cString: name), String(cString: value)))
        }
        return all
    }

    /// The commit that `HEAD` names, nil on a branch without any.
    func headCommit() throws(LibraryError) -> git_oid? {
        var id = git_oid()
        let code = git_reference_name_to_id(&id, pointer, "HEAD")
        guard code != GIT_ENOTFOUND.rawValue else { return nil }
        try check(code)
        return id
    }

    /// The commit that a revision of any spelling stands for, nil if there is none.
    func commit(of revision: String) throws(LibraryError) -> git_oid? {
        var object: OpaquePointer?
        let code = git_revparse_single(&object, pointer, revision)
        let unknown = [GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EAMBIGUOUS.rawValue]
        guard !unknown.contains(code) else { return nil }
        try check(code)
        defer { git_object_free(object) }
        var peeled: OpaquePointer?
        guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0 else { return nil }
        defer { git_object_free(peeled) }
        return git_object_id(peeled).pointee
    }

    /// The commits whose parents are missing, as a shallow clone lists them.
    func shallowCommits() throws(LibraryError) -> Set<ObjectName> {
        let path = commonFolder.appending("shallow")
        guard access(path.string, F_OK) == 0 else { return [] }
        let text = try readingFiles(path) { try String(contentsOfFile: path.string, encoding: .utf8) }
        return Set(text.split(separator: "\n").compactMap { git_oid(text: String($0)) }.map { ObjectName($0) })
    }
}

/// An object's name as a key.
struct ObjectName: Hashable {
    private let first: UInt64
    private let second: UInt64
    private let third: UInt32

    init(_ id: git_oid) {
        (first, second, third) = withUnsafeBytes(of: id) { bytes in
            (
                bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            )
        }
    }
}

/// Turns what goes wrong with a file into what this module's calls throw.
func readingFiles<Value>(_ path: FilePath, _ body: () throws -> Value) throws(LibraryError) -> Value {
    do {
        return try body()
    } catch let error as LibraryError {
        throw error
    } catch {
        throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "\(path): \(error)")
    }
}
