import CGit2
import Foundation
package import SystemPackage

extension WorkingTree {
    /// How the files differ from `HEAD`.
    package struct Changes: Sendable, Hashable {
        /// Files of `HEAD` or the index that are different, new in the index, or gone.
        package var changed = 0
        /// Those of them that are different in the index already.
        package var staged = 0
        package var untracked = 0
        /// As `git status --ignored` counts: a folder with nothing else in it once.
        package var ignored = 0
        /// Submodules with another commit than the one recorded, or changes of their own.
        package var changedSubmodules = 0
        /// Submodules that are not checked out.
        package var missingSubmodules: [String] = []
        /// Repositories inside that are no submodules.
        package var nestedRepositories: [String] = []

        package init() {}

        /// Whether the files are those of `HEAD`.
        package var isClean: Bool { changed == 0 && untracked == 0 && changedSubmodules == 0 }
    }

    /// Counts what is different.
    /// - Throws: That the repository cannot be read, or that it is bare.
    package func changes() throws(GitError) -> Changes {
        try inRepository("looking for changes in") { (repository) throws(LibraryError) in
            var changes = Changes()
            for entry in try repository.status(.all) { changes.count(entry) }
            changes.missingSubmodules = try repository.missingSubmodules()
            return changes
        }
    }

    /// The files that are tracked, or untracked and not ignored, from the top level on, sorted.
    /// - Throws: That the repository cannot be read, or that it is bare.
    package func files() throws(GitError) -> [FilePath] {
        try inRepository("listing the files of") { (repository) throws(LibraryError) in
            let tracked = try repository.indexedFiles().filter { $0.mode != .submodule }.map(\.path)
            let untracked = try repository.status(.untracked).filter { !$0.isRepository && $0.isUntracked }.map(\.path)
            return Set(tracked + untracked).sorted { $0.string < $1.string }
        }
    }
}

/// One line of a status.
struct StatusEntry {
    var path: FilePath
    /// Flags of `git_status_t`.
    var flags: UInt32
    var isSubmodule: Bool
    /// It is a repository that the other one does not know.
    var isRepository: Bool

    func has(_ flags: git_status_t...) -> Bool { flags.contains { self.flags & $0.rawValue != 0 } }
    var isUntracked: Bool { has(GIT_STATUS_WT_NEW) }
}

extension WorkingTree.Changes {
    fileprivate mutating func count(_ entry: StatusEntry) {
        if entry.has(GIT_STATUS_IGNORED) {
            ignored += 1
        } else if entry.isRepository {
            nestedRepositories.append(entry.path.string)
        } else if entry.isSubmodule {
            changedSubmodules += 1
        } else if entry.isUntracked && !entry.has(GIT_STATUS_INDEX_DELETED) {
            untracked += 1
        } else if entry.flags != 0 {
            changed += 1
            let inIndex = entry.has(
                GIT_STATUS_INDEX_NEW,
                GIT_STATUS_INDEX_MODIFIED,
                GIT_STATUS_INDEX_DELETED,
                GIT_STATUS_INDEX_TYPECHANGE
            )
            if inIndex { staged += 1 }
        }
    }
}

/// A file as an index has it.
struct IndexedFile {
    enum Mode: UInt32 { case file = 0o100644, program = 0o100755, link = 0o120000, submodule = 0o160000 }

    var path: FilePath
    var mode: Mode
    var id: git_oid
    var modified: git_index_time
    var changedSeconds: Int32
    var inode: UInt32
    var size: UInt32
    /// Which side of a conflict it is, 0 for none.
    var stage: Int
    /// Only its name is in the index.
    var isIntended: Bool
    /// A sparse checkout leaves it out.
    var isLeftOut: Bool
}

extension UserRepository {
    enum StatusScope { case all, untracked }

    /// Compares `HEAD`, index and files; the index is not refreshed.
    func status(_ scope: StatusScope) throws(LibraryError) -> [StatusEntry] {
        var options = git_status_options()
        git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        var flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
        switch scope {
        case .all:
            flags |= GIT_STATUS_OPT_INCLUDE_IGNORED.rawValue
            options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        case .untracked:
            flags |= GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
            options.show = GIT_STATUS_SHOW_WORKDIR_ONLY
        }
        options.flags = flags
        let list = try Handle(freedBy: git_status_list_free) { [pointer] in
            git_status_list_new($0, pointer, &options)
        }
        return (0..<git_status_list_entrycount(list.pointer)).compactMap { index in
            git_status_byindex(list.pointer, index).flatMap { StatusEntry($0.pointee) }
        }
    }

    /// The entries of the index, in its order.
    func indexedFiles() throws(LibraryError) -> [IndexedFile] {
        let index = try Handle(freedBy: git_index_free) { [pointer] in git_repository_index($0, pointer) }
        return (0..<git_index_entrycount(index.pointer)).compactMap { position in
            git_index_get_byindex(index.pointer, position).flatMap { IndexedFile($0.pointee) }
        }
    }

    /// When the index was written; files that are as young may have changed since.
    func indexTime() -> timespec? {
        let path = FilePath(String(cString: git_repository_path(pointer))).appending("index").string
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mtim : nil
    }

    /// Submodules without a repository in their folder.
    func missingSubmodules() throws(LibraryError) -> [String] {
        guard let root else { return [] }
        return try indexedFiles().filter { $0.mode == .submodule }.map(\.path.string).filter { path in
            access(root.appending(path).appending(".git").string, F_OK) != 0
        }
    }
}

extension StatusEntry {
    fileprivate init?(_ entry: git_status_entry) {
        let delta = entry.index_to_workdir ?? entry.head_to_index
        guard let delta, let name = delta.pointee.new_file.path ?? delta.pointee.old_file.path else { return nil }
        path = FilePath(platformString: name)
        flags = entry.status.rawValue
        let deltas = [entry.index_to_workdir, entry.head_to_index].compactMap { $0?.pointee }
        isSubmodule = deltas.contains { delta in
            [delta.new_file.mode, delta.old_file.mode].contains(UInt16(GIT_FILEMODE_COMMIT.rawValue))
        }
        let isFolder = name[strlen(name) - 1] == CChar(bitPattern: UInt8(ascii: "/"))
        isRepository = isFolder && flags & GIT_STATUS_WT_NEW.rawValue != 0
    }
}

extension IndexedFile {
    fileprivate init?(_ entry: git_index_entry) {
        guard let mode = Mode(rawValue: entry.mode) ?? (entry.mode & 0o170000 == 0o100000 ? .file : nil) else {
            return nil
        }
        path = FilePath(platformString: entry.path)
        self.mode = mode
        id = entry.id
        modified = entry.mtime
        changedSeconds = entry.ctime.seconds
        inode = entry.ino
        size = entry.file_size
        stage = Int((entry.flags & UInt16(GIT_INDEX_ENTRY_STAGEMASK)) >> UInt16(GIT_INDEX_ENTRY_STAGESHIFT))
        isIntended = entry.flags_extended & UInt16(GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue) != 0
        isLeftOut = entry.flags_extended & UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) != 0
    }
}
