import CGit2

/// The name of an object, as a value that sets and dictionaries can hold.
struct ObjectID: Sendable {
    /// The 20 bytes, most significant first.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    static let zero = ObjectID(git_oid())
    /// How many bytes a name has.
    static let size = 20

    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid) { ObjectID($0) }
    }

    /// Reads the first 20 bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    /// Nil if the text is not 40 hexadecimal digits.
    init?(_ text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.size else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes.withUnsafeBytes { ObjectID($0) }
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { write(to: $0) }
        return oid
    }

    /// The 40 digits.
    var text: String { bytes.hexDigits }

    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Self.size
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
    }

    /// The first byte, by which the index of a pack is divided.
    var firstByte: Int { Int(high >> 56) }
}

extension ObjectID: Hashable {
    // A part of a hash is one.
    func hash(into hasher: inout Hasher) { hasher.combine(high) }
}

extension ObjectID: Comparable {
    static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension Sequence<UInt8> {
    /// Two digits for each byte.
    var hexDigits: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
