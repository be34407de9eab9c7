import CGit2
import SystemPackage

/// Copies objects into one pack of another repository.
///
/// What is packed is copied as it is stored, differences included where what they build on is copied too. So it takes
/// about as long as copying the bytes, and looks for nothing.
struct PackCopy {
    private struct Place: Hashable {
        var pack: Int
        var position: Int
    }

    private let objects: Handle
    private let needed: Set<ObjectID>
    private let packs: [PackFile]
    private var places: [ObjectID: Place] = [:]
    private var writer: PackWriter
    private let cancellation: Cancellation

    /// - Parameters:
    ///   - needed: The objects.
    ///   - source: The repository that has them.
    ///   - destination: The folder `objects/pack` of the other one.
    ///   - cancellation: Ends it.
    /// - Throws: That an object is missing, or that the pack cannot be written.
    static func copy(
        _ needed: Set<ObjectID>,
        from source: Handle,
        to destination: FilePath,
        cancellation: Cancellation
    ) throws(LibraryError) {
        var copy = try PackCopy(needed, from: source, to: destination, cancellation: cancellation)
        do throws(LibraryError) {
            try copy.run()
        } catch {
            copy.writer.discard()
            throw error
        }
    }

    private init(
        _ needed: Set<ObjectID>,
        from source: Handle,
        to destination: FilePath,
        cancellation: Cancellation
    ) throws(LibraryError) {
        self.needed = needed
        self.cancellation = cancellation
        objects = try Handle(freedBy: git_odb_free) { [pointer = source.pointer] in git_repository_odb($0, pointer) }
        let folder = FilePath(String(cString: git_repository_commondir(source.pointer))).appending("objects")
        packs = try ObjectFolders.packs(of: folder).map { path throws(LibraryError) in try PackFile(path) }
        places.reserveCapacity(needed.count)
        writer = try PackWriter(in: destination, count: needed.count)
    }

    private mutating func run() throws(LibraryError) {
        for (number, pack) in packs.enumerated() {
            for position in 0..<pack.count {
                let id = pack.id(at: position)
                guard needed.contains(id), places[id] == nil else { continue }
                places[id] = Place(pack: number, position: position)
            }
        }
        for (number, pack) in packs.enumerated() {
            for position in 0..<pack.count {
                let id = pack.id(at: position)
                guard places[id] == Place(pack: number, position: position) else { continue }
                try add(id)
            }
        }
        if writer.offsets.count < needed.count {
            for id in needed.sorted() where places[id] == nil { try addWhole(id) }
        }
        try writer.finish()
    }

    /// Adds an object after those that it is a difference to.
    private mutating func add(_ id: ObjectID) throws(LibraryError) {
        guard !cancellation.isCancelled else { throw .cancelled }
        var chain: [(id: ObjectID, entry: PackFile.Entry, base: ObjectID?)] = []
        var next: ObjectID? = id
        while let id = next, writer.offsets[id] == nil, let place = places[id] {
            let entry = try packs[place.pack].entry(at: place.position)
            let base = base(of: entry, in: packs[place.pack])
            chain.append((id, entry, base))
            // Packs may be differences to each other; one of such a circle is written whole.
            next = chain.contains { $0.id == base } ? nil : base
        }
        while let (id, entry, base) = chain.popLast() {
            switch entry.base {
            case .none: try writer.add(id, entry, base: nil)
            case .place, .object:
                if let base, writer.offsets[base] != nil {
                    try writer.add(id, entry, base: base)
                } else {
                    try addWhole(id)
                }
            }
        }
    }

    private func base(of entry: PackFile.Entry, in pack: PackFile) -> ObjectID? {
        switch entry.base {
        case .none: nil
        case .place(let position): pack.id(at: position)
        case .object(let id): id
        }
    }

    private mutating func addWhole(_ id: ObjectID) throws(LibraryError) {
        guard !cancellation.isCancelled else { throw .cancelled }
        var oid = id.oid
        let objects = objects
        let object = try Handle(freedBy: git_odb_object_free) { git_odb_read($0, objects.pointer, &oid) }
        let content = UnsafeRawBufferPointer(
            start: git_odb_object_data(object.pointer),
            count: git_odb_object_size(object.pointer)
        )
        try writer.add(id, type: git_odb_object_type(object.pointer), content)
    }
}

/// The folders that objects of a repository are in.
enum ObjectFolders {
    /// The packs in a folder `objects` and in those that it borrows from, without `.pack`.
    static func packs(of folder: FilePath) -> [String] {
        var packs: [String] = []
        var folders = [folder]
        var known: Set<FilePath> = []
        while let folder = folders.popLast() {
            guard known.insert(folder).inserted else { continue }
            let packFolder = folder.appending("pack")
            let names = Set(names(in: packFolder))
            for name in names.sorted() where name.hasSuffix(".idx") {
                let stem = String(name.dropLast(4))
                if names.contains(stem + ".pack") { packs.append(packFolder.appending(stem).string) }
            }
            folders += alternates(of: folder)
        }
        return packs
    }

    /// The other folders that a folder of objects names.
    ///
    /// [gitrepository-layout](https://git-scm.com/docs/gitrepository-layout), `objects/info/alternates`
    private static func alternates(of folder: FilePath) -> [FilePath] {
        guard let text = text(of: folder.appending("info").appending("alternates")) else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            folder.pushing(FilePath(String(line))).lexicallyNormalized()
        }
    }
}
