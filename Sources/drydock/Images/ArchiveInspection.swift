import Foundation
import SystemPackage

/// A look at an archive before the engine gets it: whether it is whole and holds images.
enum ArchiveInspection {
    /// What is wrong with a file, in words that go behind its name; nil if it can be loaded.
    ///
    /// Of a compressed archive only the kind is seen. Contents are passed over, so it takes no time or memory.
    static func problem(of file: FilePath) throws -> String? {
        let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            let size = try descriptor.seek(offset: 0, from: .end)
            guard size > 0 else { return "it is empty" }
            if isCompressed(try bytes(descriptor, at: 0, count: 6)) { return nil }
            return try walk(descriptor, size: size)
        }
    }

    private static func walk(_ descriptor: FileDescriptor, size: Int64) throws -> String? {
        var offset: Int64 = 0
        var holdsManifest = false
        while true {
            let header = try bytes(descriptor, at: offset, count: 512)
            guard header.count == 512 else {
                return offset == 0 ? "it is no tar archive" : "it ends too early, after \(size) bytes"
            }
            if header.allSatisfy({ $0 == 0 }) { break }
            guard let entry = TarHeader(header) else {
                return offset == 0 ? "it is no tar archive" : "it is damaged at byte \(offset)"
            }
            if entry.name == "manifest.json" { holdsManifest = true }
            let (next, overflows) = offset.addingReportingOverflow(512 + (entry.size + 511) / 512 * 512)
            guard !overflows, next <= size else { return "it ends too early, after \(size) bytes" }
            offset = next
        }
        return holdsManifest ? nil : "it holds no images (no manifest.json, as docker save writes it)"
    }

    private static func bytes(_ descriptor: FileDescriptor, at offset: Int64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = try bytes.withUnsafeMutableBytes { space in
                try descriptor.read(
                    fromAbsoluteOffset: offset + Int64(filled),
                    into: UnsafeMutableRawBufferPointer(rebasing: space[filled...])
                )
            }
            if read == 0 { break }
            filled += read
        }
        return Array(bytes.prefix(filled))
    }

    /// Whether it begins as gzip, bzip2, xz or zstd do, which the engine takes too.
    private static func isCompressed(_ start: [UInt8]) -> Bool {
        let marks: [[UInt8]] = [
            [0x1F, 0x8B], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD],
        ]
        return marks.contains { start.starts(with: $0) }
    }
}

/// The head of an entry in a tar archive, as far as it is needed to get to the next.
private struct TarHeader {
    var name: String
    var size: Int64

    /// Nil if the checksum does not hold.
    init?(_ bytes: [UInt8]) {
        let sum = bytes.enumerated().reduce(0) { $0 + Int((148..<156).contains($1.offset) ? 0x20 : $1.element) }
        guard Self.octal(bytes[148..<156]).map({ $0 == Int64(sum) }) == true,
            let size = bytes[124] & 0x80 == 0 ? Self.octal(bytes[124..<136]) : Self.binary(bytes[125..<136])
        else { return nil }
        name = String(decoding: bytes[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        self.size = size
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// A size that octal digits are too few for.
    private static func binary(_ field: ArraySlice<UInt8>) -> Int64? {
        guard field.dropLast(7).allSatisfy({ $0 == 0 }) else { return nil }
        return field.suffix(7).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }
}
