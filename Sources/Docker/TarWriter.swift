package import SystemPackage

/// A tar archive in the making, in the ustar format with pax records where a name or an id is too long for it.
///
/// Times are 0, so the same content is the same archive.
package struct TarWriter: Sendable {
    private var archive: [UInt8] = []

    /// An empty archive.
    package init() {}

    /// Adds a file.
    package mutating func addFile(
        _ path: FilePath,
        contents: [UInt8],
        mode: UInt16 = 0o644,
        uid: Int = 0,
        gid: Int = 0
    ) {
        addEntry(Entry(kind: "0", name: Self.name(path), mode: mode, uid: uid, gid: gid), contents: contents)
    }

    /// Adds a directory; what is in it is added separately.
    package mutating func addDirectory(_ path: FilePath, mode: UInt16 = 0o755, uid: Int = 0, gid: Int = 0) {
        addEntry(Entry(kind: "5", name: Self.name(path) + "/", mode: mode, uid: uid, gid: gid), contents: [])
    }

    /// Adds a symbolic link; its target need not exist.
    package mutating func addSymlink(_ path: FilePath, to target: FilePath, uid: Int = 0, gid: Int = 0) {
        var entry = Entry(kind: "2", name: Self.name(path), mode: 0o777, uid: uid, gid: gid)
        entry.link = target.string
        addEntry(entry, contents: [])
    }

    /// The whole archive.
    package func finish() -> [UInt8] {
        archive + [UInt8](repeating: 0, count: 1024)
    }

    private struct Entry {
        var kind: Character
        var name: String
        var link = ""
        var mode: UInt16
        var uid: Int
        var gid: Int

        init(kind: Character, name: String, mode: UInt16, uid: Int = 0, gid: Int = 0) {
            self.kind = kind
            self.name = name
            self.mode = mode
            self.uid = uid
            self.gid = gid
        }
    }

    /// Names in an archive have no slash in front.
    private static func name(_ path: FilePath) -> String {
        let name = path.lexicallyNormalized().string.drop { $0 == "/" }
        return name.isEmpty ? "." : String(name)
    }

    private mutating func addEntry(_ entry: Entry, contents: [UInt8]) {
        var records: [(String, String)] = []
        if entry.name.utf8.count > 100 { records.append(("path", entry.name)) }
        if entry.link.utf8.count > 100 { records.append(("linkpath", entry.link)) }
        if entry.uid > Self.largestID { records.append(("uid", "\(entry.uid)")) }
        if entry.gid > Self.largestID { records.append(("gid", "\(entry.gid)")) }
        if contents.count > Self.largestSize { records.append(("size", "\(contents.count)")) }
        if !records.isEmpty {
            let text = records.map { Self.record($0.0, $0.1) }.joined()
            append(Entry(kind: "x", name: "pax", mode: 0o644), contents: Array(text.utf8))
        }
        append(entry, contents: contents)
    }

    private static let largestID = 0o7777777
    private static let largestSize = 0o77777777777

    /// A record `length name=value`, whose length counts its own digits.
    private static func record(_ name: String, _ value: String) -> String {
        let rest = " \(name)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length {
            length = "\(length)".utf8.count + rest.utf8.count
        }
        return "\(length)\(rest)"
    }

    private mutating func append(_ entry: Entry, contents: [UInt8]) {
        var header: [UInt8] = []
        header.append(text: entry.name, width: 100)
        header.append(octal: Int(entry.mode), width: 8)
        header.append(octal: min(entry.uid, Self.largestID), width: 8)
        header.append(octal: min(entry.gid, Self.largestID), width: 8)
        header.append(octal: min(contents.count, Self.largestSize), width: 12)
        header.append(octal: 0, width: 12)
        let checksumStart = header.count
        header.append(text: "        ", width: 8)
        header.append(text: String(entry.kind), width: 1)
        header.append(text: entry.link, width: 100)
        header.append(text: "ustar", width: 6)
        header.append(text: "00", width: 2)
        header.append(contentsOf: [UInt8](repeating: 0, count: 512 - header.count))
        let sum = header.reduce(0) { $0 + Int($1) }
        var checksum: [UInt8] = []
        checksum.append(octal: sum, width: 7)
        header.replaceSubrange(checksumStart..<checksumStart + 7, with: checksum)

        archive.append(contentsOf: header)
        archive.append(contentsOf: contents)
        archive.append(contentsOf: [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512))
    }
}

extension [UInt8] {
    /// Appends text cut or filled with zeros to a width.
    fileprivate mutating func append(text: String, width: Int) {
        let bytes = Array(text.utf8.prefix(width))
        append(contentsOf: bytes)
        append(contentsOf: [UInt8](repeating: 0, count: width - bytes.count))
    }

    /// Appends a number in octal digits, filled with zeros in front and ended by a NUL.
    fileprivate mutating func append(octal number: Int, width: Int) {
        let digits = String(number, radix: 8)
        append(contentsOf: Array(String(repeating: "0", count: width - 1 - digits.count).utf8))
        append(contentsOf: Array(digits.utf8))
        append(0)
    }
}
