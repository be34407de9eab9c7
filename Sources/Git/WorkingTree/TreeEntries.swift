import CGit2
import SystemPackage

/// A file of a tree that is being made, by its whole path.
struct TreeEntry {
    var path: FilePath
    var mode: IndexedFile.Mode
    var id: git_oid
}

/// The tree objects that a list of files makes.
struct TreeObjects {
    /// The name of the outermost tree.
    let root: git_oid
    /// Each tree once, the outermost last.
    private(set) var all: [(id: git_oid, content: [UInt8])] = []

    /// Computes them; nothing is written.
    init(_ entries: [TreeEntry]) throws(LibraryError) {
        var builder = Builder()
        // By their whole paths, files and folders stand as git orders them in trees.
        let files = entries.map { (path: $0.path.bytes[...], entry: $0) }
            .sorted { $0.path.lexicographicallyPrecedes($1.path) }
        root = try builder.tree(of: files[...], from: 0)
        all = builder.trees
    }

    private struct Builder {
        var trees: [(id: git_oid, content: [UInt8])] = []
        var seen: Set<ObjectName> = []

        /// The tree of files whose paths agree in the first `start` bytes.
        mutating func tree(
            of files: ArraySlice<(path: ArraySlice<UInt8>, entry: TreeEntry)>,
            from start: Int
        ) throws(LibraryError) -> git_oid {
            var content: [UInt8] = []
            var index = files.startIndex
            while index < files.endIndex {
                let rest = files[index].path.dropFirst(start)
                let name = rest.prefix { $0 != UInt8(ascii: "/") }
                if name.count == rest.count {
                    append(name, files[index].entry.mode.octal, files[index].entry.id, to: &content)
                    index += 1
                } else {
                    let folder = rest.prefix(name.count + 1)
                    let end = files[index...].firstIndex { !$0.path.dropFirst(start).starts(with: folder) }
                    let inside = files[index..<(end ?? files.endIndex)]
                    let id = try tree(of: inside, from: start + folder.count)
                    append(name, "40000", id, to: &content)
                    index = inside.endIndex
                }
            }
            var id = git_oid()
            try check(git_odb_hash(&id, content, content.count, GIT_OBJECT_TREE))
            if seen.insert(ObjectName(id)).inserted { trees.append((id, content)) }
            return id
        }

        private func append(_ name: ArraySlice<UInt8>, _ mode: String, _ id: git_oid, to content: inout [UInt8]) {
            content += Array(mode.utf8) + [UInt8(ascii: " ")] + name + [0]
            withUnsafeBytes(of: id) { content += $0 }
        }
    }
}

extension IndexedFile.Mode {
    fileprivate var octal: String { String(rawValue, radix: 8) }
}

extension FilePath {
    /// The bytes of the path, whatever their encoding.
    var bytes: [UInt8] { withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) } }
}
