import CGit2
import Crypto
import CZlib
import SystemPackage

/// Writes a pack and its index into a folder.
///
/// [gitformat-pack](https://git-scm.com/docs/gitformat-pack)
struct PackWriter {
    private struct Line {
        var id: ObjectID
        var checksum: UInt32
        var offset: UInt64
    }

    private let folder: FilePath
    private let path: FilePath
    private var file: HashedFile
    private var lines: [Line] = []
    /// Where each object that was written begins.
    private(set) var offsets: [ObjectID: UInt64] = [:]

    /// - Parameters:
    ///   - folder: `objects/pack` of a repository.
    ///   - count: How many objects there will be.
    /// - Throws: That the file cannot be made.
    init(in folder: FilePath, count: Int) throws(LibraryError) {
        self.folder = folder
        path = folder.appending("tmp_pack_drydock")
        file = try HashedFile(path)
        lines.reserveCapacity(count)
        offsets.reserveCapacity(count)
        try file.write("PACK".utf8)
        try file.write(UInt32(2).bigEndianBytes + UInt32(count).bigEndianBytes)
    }

    /// Adds an object as another pack has it.
    /// - Parameters:
    ///   - id: Its name.
    ///   - entry: Its packed bytes.
    ///   - base: What it is a difference to, which was added before; nil if it is whole.
    /// - Throws: That it cannot be written.
    mutating func add(_ id: ObjectID, _ entry: PackFile.Entry, base: ObjectID?) throws(LibraryError) {
        let offset = file.count
        var head: [UInt8]
        if let base, let start = offsets[base] {
            head = Self.head(type: 6, size: entry.size)
            var distance = offset - start
            var digits = [UInt8(distance & 0x7F)]
            while distance >> 7 != 0 {
                distance = (distance >> 7) - 1
                digits.append(0x80 | UInt8(distance & 0x7F))
            }
            head += digits.reversed()
        } else {
            head = Self.head(type: entry.type, size: entry.size)
        }
        try add(id, head, entry.payload)
    }

    /// Adds an object that has to be packed.
    mutating func add(_ id: ObjectID, type: git_object_t, _ content: UnsafeRawBufferPointer) throws(LibraryError) {
        var length = compressBound(UInt(content.count))
        let packed = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            let source = content.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let code = compress2(buffer.baseAddress, &length, source, UInt(content.count), Z_DEFAULT_COMPRESSION)
            count = code == Z_OK ? Int(length) : 0
        }
        guard !packed.isEmpty else {
            throw LibraryError(
                code: GIT_ERROR.rawValue,
                category: Int32(GIT_ERROR_ZLIB.rawValue),
                message: "cannot pack"
            )
        }
        let head = Self.head(type: UInt8(type.rawValue), size: UInt64(content.count))
        var failure: LibraryError?
        packed.withUnsafeBytes { bytes in
            do throws(LibraryError) { try add(id, head, bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private mutating func add(
        _ id: ObjectID,
        _ head: [UInt8],
        _ payload: UnsafeRawBufferPointer
    ) throws(LibraryError) {
        let checksum = head.withUnsafeBytes { crc32(payload, continuing: crc32($0)) }
        offsets[id] = file.count
        lines.append(Line(id: id, checksum: checksum, offset: file.count))
        try file.write(head)
        try file.write(payload)
    }

    /// Completes the pack: from now on it is part of the repository.
    mutating func finish() throws(LibraryError) {
        let checksum = try file.finish()
        let name = "pack-" + checksum.hexDigits
        let indexPath = folder.appending("tmp_idx_drydock")
        var index = try HashedFile(indexPath)
        lines.sort { $0.id < $1.id }
        try index.write([0xFF, 0x74, 0x4F, 0x63] + UInt32(2).bigEndianBytes)
        var counts = [UInt32](repeating: 0, count: 256)
        for line in lines { counts[line.id.firstByte] += 1 }
        var total: UInt32 = 0
        for count in counts {
            total += count
            try index.write(total.bigEndianBytes)
        }
        for line in lines { try index.write(line.id.bytes) }
        for line in lines { try index.write(line.checksum.bigEndianBytes) }
        var large: [UInt64] = []
        for line in lines {
            if line.offset < 1 << 31 {
                try index.write(UInt32(line.offset).bigEndianBytes)
            } else {
                try index.write((1 << 31 | UInt32(large.count)).bigEndianBytes)
                large.append(line.offset)
            }
        }
        for offset in large {
            try index.write(UInt32(offset >> 32).bigEndianBytes)
            try index.write(UInt32(truncatingIfNeeded: offset).bigEndianBytes)
        }
        try index.write(checksum)
        _ = try index.finish()
        try rename(path, to: folder.appending("\(name).pack"))
        try rename(indexPath, to: folder.appending("\(name).idx"))
    }

    /// Removes what was written of a pack that is not completed.
    func discard() {
        for name in ["tmp_pack_drydock", "tmp_idx_drydock"] { removeTree(folder.appending(name)) }
    }

    private static func head(type: UInt8, size: UInt64) -> [UInt8] {
        var rest = size >> 4
        var bytes = [type << 4 | UInt8(size & 15)]
        while rest != 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(UInt8(rest & 0x7F))
            rest >>= 7
        }
        return bytes
    }
}

/// A file that ends with the hash of what is in it.
private struct HashedFile {
    private let path: FilePath
    private let file: OwnedDescriptor
    private var buffer: [UInt8] = []
    private var hash = Insecure.SHA1()
    /// How many bytes were written.
    private(set) var count: UInt64 = 0

    private static let bufferSize = 1 << 18

    init(_ path: FilePath) throws(LibraryError) {
        self.path = path
        file = try OwnedDescriptor(creating: path, permissions: FilePermissions(rawValue: 0o444))
        buffer.reserveCapacity(Self.bufferSize)
    }

    mutating func write(_ bytes: some Collection<UInt8>) throws(LibraryError) {
        count += UInt64(bytes.count)
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    private mutating func flush() throws(LibraryError) {
        hash.update(data: buffer)
        try file.write(buffer, to: path)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes the hash too.
    mutating func finish() throws(LibraryError) -> [UInt8] {
        try flush()
        let digest = Array(hash.finalize())
        try file.write(digest, to: path)
        return digest
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
