import CGit2
import CZlib
import SystemPackage

/// A pack and its index, as they are stored.
///
/// [gitformat-pack](https://git-scm.com/docs/gitformat-pack)
final class PackFile {
    /// An entry as it is stored, at a place in the order of the pack.
    struct Entry {
        enum Base {
            case none
            /// The place of the object that it is a difference to.
            case place(Int)
            case object(ObjectID)
        }

        /// The type as the first byte has it, 6 and 7 being differences.
        var type: UInt8
        /// How long the object, or the difference, is when it is unpacked.
        var size: UInt64
        var base: Base
        /// Its packed bytes.
        var payload: UnsafeRawBufferPointer
    }

    private let name: String
    private let index: MappedFile
    private let pack: MappedFile
    let count: Int
    /// Where each entry begins, and which line of the index it has, in the order of the pack.
    private let places: [(offset: UInt64, line: Int)]

    private static let header = 8 + 256 * 4

    /// - Parameter path: The pack, without `.pack`.
    /// - Throws: That it cannot be read, or is none.
    init(_ path: String) throws(LibraryError) {
        name = path
        index = try MappedFile(FilePath(path + ".idx"))
        pack = try MappedFile(FilePath(path + ".pack"))
        let bytes = index.bytes
        guard bytes.count >= Self.header, bytes[..<8].elementsEqual([0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2]) else {
            throw Self.damage(path)
        }
        let count = Int(Self.number(bytes, at: Self.header - 4))
        guard bytes.count >= Self.header + count * 28 + 2 * ObjectID.size, pack.bytes.count >= 12 + ObjectID.size else {
            throw Self.damage(path)
        }
        self.count = count
        let offsets = Self.header + count * 24
        let large = offsets + count * 4
        let limit = UInt64(pack.bytes.count - ObjectID.size)
        var places: [(offset: UInt64, line: Int)] = []
        places.reserveCapacity(count)
        for line in 0..<count {
            var offset = UInt64(Self.number(bytes, at: offsets + line * 4))
            if offset >= 1 << 31 {
                let at = large + Int(offset & 0x7FFF_FFFF) * 8
                guard at + 8 <= bytes.count else { throw Self.damage(path) }
                offset = UInt64(Self.number(bytes, at: at)) << 32 | UInt64(Self.number(bytes, at: at + 4))
            }
            guard offset >= 12, offset < limit else { throw Self.damage(path) }
            places.append((offset, line))
        }
        places.sort { $0.offset < $1.offset }
        self.places = places
    }

    /// The object at a place.
    func id(at place: Int) -> ObjectID {
        let start = Self.header + places[place].line * ObjectID.size
        return ObjectID(UnsafeRawBufferPointer(rebasing: index.bytes[start..<start + ObjectID.size]))
    }

    /// Reads an entry, after comparing it with its checksum.
    func entry(at place: Int) throws(LibraryError) -> Entry {
        let start = Int(places[place].offset)
        let end =
            place + 1 < places.count ? Int(places[place + 1].offset) : pack.bytes.count - ObjectID.size
        let bytes = UnsafeRawBufferPointer(rebasing: pack.bytes[start..<end])
        let checksum = Self.number(index.bytes, at: Self.header + count * 20 + places[place].line * 4)
        guard crc32(bytes) == checksum else { throw Self.damage(name) }

        var position = 0
        func next() throws(LibraryError) -> UInt8 {
            guard position < bytes.count else { throw Self.damage(name) }
            defer { position += 1 }
            return bytes[position]
        }
        var byte = try next()
        let type = byte >> 4 & 7
        var size = UInt64(byte & 15)
        var shift: UInt64 = 4
        while byte & 0x80 != 0 {
            byte = try next()
            size |= UInt64(byte & 0x7F) << shift
            shift += 7
        }
        var base = Entry.Base.none
        if type == 6 {
            byte = try next()
            var distance = UInt64(byte & 0x7F)
            while byte & 0x80 != 0 {
                byte = try next()
                distance = (distance + 1) << 7 | UInt64(byte & 0x7F)
            }
            guard distance <= places[place].offset, let found = self.place(at: places[place].offset - distance) else {
                throw Self.damage(name)
            }
            base = .place(found)
        } else if type == 7 {
            guard position + ObjectID.size <= bytes.count else { throw Self.damage(name) }
            base = .object(ObjectID(UnsafeRawBufferPointer(rebasing: bytes[position...])))
            position += ObjectID.size
        }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[position...])
        return Entry(type: type, size: size, base: base, payload: payload)
    }

    private func place(at offset: UInt64) -> Int? {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low].offset == offset ? low : nil
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func damage(_ name: String) -> LibraryError {
        LibraryError(code: GIT_ERROR.rawValue, category: Int32(GIT_ERROR_ODB.rawValue), message: "\(name) is damaged")
    }
}

/// The checksum that the index of a pack has for an entry.
func crc32(_ bytes: UnsafeRawBufferPointer, continuing checksum: UInt32 = 0) -> UInt32 {
    UInt32(
        truncatingIfNeeded: crc32_z(UInt(checksum), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    )
}
