import CGit2
import SystemPackage

/// The bare repository that keeps what was fetched from one remote.
///
/// It is a repository like any other, without remotes in its configuration. Its refs are those that the remote had, as
/// far as their objects are here, and below `refs/drydock` what was asked for by its digits. Whoever changes it has its
/// lock alone.
struct Mirror {
    let folder: FilePath
    private let lockPath: FilePath

    /// Below it are commits that no ref of the remote is.
    private static let kept = "refs/drydock/"
    /// With more packs than that, they become one.
    private static let packLimit = 32

    init(of url: RemoteURL, in cache: MirrorCache) {
        folder = cache.folder.appending(url.mirrorName)
        lockPath = cache.folder.appending(url.mirrorName + ".lock")
    }

    var isThere: Bool { text(of: folder.appending("HEAD")) != nil }

    /// Whether nothing was ever fetched into it.
    var isEmpty: Bool {
        text(of: folder.appending("packed-refs")) == nil
            && names(in: folder.appending("objects").appending("pack")).isEmpty
    }

    func lock(_ kind: FileLock.Kind) throws(LibraryError) -> FileLock {
        try makeFolder(folder.removingLastComponent(), permissions: 0o700)
        return try FileLock(lockPath, kind)
    }

    func open() throws(LibraryError) -> Handle {
        try Handle(freedBy: git_repository_free) { git_repository_open_bare($0, folder.string) }
    }

    /// Makes an empty one, which is there at once or not at all.
    func make() throws(LibraryError) {
        let draft = FilePath(folder.string + ".new")
        removeTree(draft)
        // Closed at once.
        _ = try Handle(freedBy: git_repository_free) { git_repository_init($0, draft.string, 1) }
        try rename(draft, to: folder)
    }

    func remove() {
        let old = FilePath(folder.string + ".old")
        removeTree(old)
        do throws(LibraryError) { try rename(folder, to: old) } catch { return }
        removeTree(old)
    }

    /// Removes what a fetch that was killed left.
    func clean() {
        for name in names(in: folder) where name.hasSuffix(".lock") || name.hasSuffix(".new") {
            removeTree(folder.appending(name))
        }
        let packs = folder.appending("objects").appending("pack")
        let files = Set(names(in: packs))
        for name in files {
            let isComplete =
                name.hasSuffix(".pack") && files.contains(name.dropLast(5) + ".idx")
                || name.hasSuffix(".idx") && files.contains(name.dropLast(4) + ".pack")
            if !isComplete { removeTree(packs.appending(name)) }
        }
    }

    /// Makes one pack of many.
    func mergePacks(of repository: Handle, cancellation: Cancellation) throws(LibraryError) {
        let packs = ObjectFolders.packs(of: folder.appending("objects"))
        guard packs.count > Self.packLimit else { return }
        var objects: Set<ObjectID> = []
        for path in packs {
            let pack = try PackFile(path)
            for position in 0..<pack.count { objects.insert(pack.id(at: position)) }
        }
        let destination = folder.appending("objects").appending("pack")
        try PackCopy.copy(objects, from: repository, to: destination, cancellation: cancellation)
        for path in packs {
            for suffix in [".idx", ".pack"] { removeTree(FilePath(path + suffix)) }
        }
    }

    // MARK: - Refs

    /// What the remote had when it was last asked.
    var refs: RemoteRefs? {
        guard let head = text(of: folder.appending("HEAD")) else { return nil }
        guard let all = PackedRefs.refs(in: text(of: folder.appending("packed-refs")) ?? "") else { return nil }
        let refs = all.filter { !$0.name.hasPrefix(Self.kept) }
        if head.hasPrefix("ref: ") {
            let target = String(head.dropFirst(5).prefix { $0 != "\n" })
            return RemoteRefs(refs: refs, head: refs.first { $0.name == target }?.id, headTarget: target)
        }
        return RemoteRefs(refs: refs, head: ObjectID(head.prefix { $0 != "\n" }))
    }

    /// What is written down once the remote offers these refs.
    /// - Parameters:
    ///   - offered: What the remote offers.
    ///   - objects: What was asked for by its digits.
    ///   - repository: This one, opened.
    /// - Returns: The texts of the files that hold refs.
    func record(_ offered: RemoteRefs, objects: [ObjectID], repository: Handle) -> Record {
        let known = PackedRefs.refs(in: text(of: folder.appending("packed-refs")) ?? "") ?? []
        let old = Dictionary(known.map { ($0.name, $0) }) { first, _ in first }
        let missing = repository.missing(offered.refs.map(\.id))
        var refs = offered.refs.compactMap { missing.contains($0.id) ? old[$0.name] : $0 }
        var kept = Dictionary(known.map { ($0.name, $0) }.filter { $0.0.hasPrefix(Self.kept) }) { first, _ in first }
        let tips = Set(refs.map(\.id))
        for object in objects where !tips.contains(object) && repository.contains(object) {
            let name = Self.kept + object.text
            kept[name] = RemoteRef(name: name, id: object)
        }
        refs += kept.values
        let head: String =
            if let target = offered.headTarget {
                "ref: \(target)\n"
            } else if let id = offered.head, repository.contains(id) {
                "\(id.text)\n"
            } else {
                text(of: folder.appending("HEAD")) ?? ""
            }
        return Record(packedRefs: PackedRefs.text(RemoteRefs(refs: refs).refs), head: head)
    }

    struct Record: Equatable {
        var packedRefs: String
        var head: String
    }

    /// Whether that is what stands there.
    func has(_ record: Record) -> Bool {
        text(of: folder.appending("packed-refs")) == record.packedRefs
            && text(of: folder.appending("HEAD")) == record.head
    }

    func write(_ record: Record) throws(LibraryError) {
        try replace(folder.appending("packed-refs"), with: record.packedRefs)
        try replace(folder.appending("HEAD"), with: record.head)
    }
}
