import Glibc

/// A time zone as the zone files of a system describe it.
///
/// [RFC 9636: The Time Zone Information Format](https://www.rfc-editor.org/rfc/rfc9636)
struct ZoneFile {
    /// When the clocks changed, in seconds since 1970, in their order.
    private let changes: [Int64]
    /// How far the zone is ahead after each of them, in seconds.
    private let shifts: [Int64]
    /// How far the zone was ahead before the first one.
    private let firstShift: Int64
    /// What holds after the last one.
    private let rule: ZoneRule?

    /// Reads a file of this format; nil if it is none.
    init?(_ bytes: [UInt8]) {
        var reader = BigEndianReader(bytes: bytes)
        guard let header = Header(&reader) else { return nil }
        guard header.version >= UInt8(ascii: "2") else { return nil }
        // The first block has the times in 32 bits, for who knows no other.
        guard reader.skip(header.length(timeSize: 4)), let header = Header(&reader), header.typeCount > 0 else {
            return nil
        }
        let start = reader.offset
        var changes: [Int64] = []
        for _ in 0..<header.changeCount {
            guard let change = reader.integer(8) else { return nil }
            changes.append(change)
        }
        guard let kinds = reader.bytes(header.changeCount) else { return nil }
        var types: [Int64] = []
        for _ in 0..<header.typeCount {
            guard let shift = reader.integer(4), reader.skip(2) else { return nil }
            types.append(shift)
        }
        guard kinds.allSatisfy({ Int($0) < types.count }) else { return nil }
        self.changes = changes
        shifts = kinds.map { types[Int($0)] }
        firstShift = types[0]
        let footer = bytes.dropFirst(start + header.length(timeSize: 8))
        guard footer.first == UInt8(ascii: "\n") else { return nil }
        rule = ZoneRule(String(decoding: footer.dropFirst().prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// The zone of a name like `Europe/Berlin`; nil if this machine knows none.
    init?(named name: String) {
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains(".."), let file = Self.open(name) else {
            return nil
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < Self.greatestSize {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        self.init(bytes)
    }

    /// Many times more than any zone takes.
    private static let greatestSize = 1 << 20

    private static func open(_ name: String) -> UnsafeMutablePointer<FILE>? {
        for folder in ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"] {
            if let file = fopen("\(folder)/\(name)", "re") { return file }
        }
        return nil
    }

    /// How far the zone is ahead of UTC at a moment, in seconds.
    func shift(at seconds: Int64) -> Int64 {
        guard let last = changes.last, seconds < last else {
            return rule?.shift(at: seconds) ?? shifts.last ?? firstShift
        }
        // The first change that is still to come.
        var range = 0..<changes.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = changes[middle] <= seconds ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound == 0 ? firstShift : shifts[range.lowerBound - 1]
    }
}

extension ZoneFile {
    /// The numbers at the start of a block.
    private struct Header {
        let version: UInt8
        let isUTCCount: Int
        let isStandardCount: Int
        let leapCount: Int
        let changeCount: Int
        let typeCount: Int
        let nameLength: Int

        init?(_ reader: inout BigEndianReader) {
            guard let magic = reader.bytes(4), magic.elementsEqual("TZif".utf8), let version = reader.bytes(1)?.first,
                reader.skip(15)
            else { return nil }
            self.version = version
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = reader.integer(4), count >= 0 else { return nil }
                counts.append(Int(count))
            }
            isUTCCount = counts[0]
            isStandardCount = counts[1]
            leapCount = counts[2]
            changeCount = counts[3]
            typeCount = counts[4]
            nameLength = counts[5]
        }

        /// The length of what follows, its times in 4 or 8 bytes.
        func length(timeSize: Int) -> Int {
            changeCount * (timeSize + 1) + typeCount * 6 + nameLength + leapCount * (timeSize + 4) + isStandardCount
                + isUTCCount
        }
    }
}

private struct BigEndianReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= bytes.count - offset else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

    /// A number with its sign, in so many bytes.
    mutating func integer(_ count: Int) -> Int64? {
        guard let bytes = bytes(count) else { return nil }
        let start: Int64 = bytes.first.map { $0 >= 0x80 } == true ? -1 : 0
        return bytes.reduce(start) { $0 << 8 | Int64($1) }
    }
}
