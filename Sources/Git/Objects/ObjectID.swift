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
        guard let oid = git_oid(text: String(text)) else { return nil }
        self.init(oid)
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { write(to: $0) }
        return oid
    }

    /// The 40 digits.
    var text: String { oid.text }

    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Self.size
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
