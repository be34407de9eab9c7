import CZlib
import Foundation

/// A layer of a bundle: one document, in an archive or as it is, mostly compressed.
enum BundleLayer {
    /// The document; nil if the layer cannot be unpacked, or is too long.
    static func content(of layer: [UInt8], limit: Int) -> [UInt8]? {
        let isCompressed = layer.starts(with: [0x1F, 0x8B])
        guard let unpacked = isCompressed ? inflated(layer, limit: limit) : layer else { return nil }
        return firstFile(of: unpacked) ?? unpacked
    }

    // MARK: - gzip

    private static func inflated(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var stream = z_stream()
        // 16 more than the largest window: a gzip header is expected.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, size) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input -> [UInt8]? in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var output: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 65_536)
            while true {
                let (code, count) = part.withUnsafeMutableBufferPointer { part -> (Int32, Int) in
                    stream.next_out = part.baseAddress
                    stream.avail_out = UInt32(part.count)
                    let code = inflate(&stream, Z_NO_FLUSH)
                    return (code, part.count - Int(stream.avail_out))
                }
                output += part[..<count]
                guard code == Z_OK || code == Z_STREAM_END, output.count <= limit else { return nil }
                if code == Z_STREAM_END { return output }
                guard count > 0 || stream.avail_in > 0 else { return nil }
            }
        }
    }

    // MARK: - tar

    private static let block = 512

    /// The content of the first file of an archive; nil if it is none.
    ///
    /// [POSIX: pax interchange format](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html)
    private static func firstFile(of archive: [UInt8]) -> [UInt8]? {
        var start = 0
        while start + block <= archive.count {
            let header = archive[start..<(start + block)]
            guard hasChecksum(header), let size = number(header.dropFirst(124).prefix(12)) else { return nil }
            let content = start + block
            guard size >= 0, size <= archive.count - content else { return nil }
            // Longer names and the like, for the file that follows.
            guard let type = header.dropFirst(156).first, "xgLK".utf8.contains(type) else {
                return Array(archive[content..<(content + size)])
            }
            start = content + (size + block - 1) / block * block
        }
        return nil
    }

    /// Whether the sum of all bytes, those of the sum itself taken as blanks, is the one that stands there.
    private static func hasChecksum(_ header: ArraySlice<UInt8>) -> Bool {
        guard let expected = number(header.dropFirst(148).prefix(8)) else { return false }
        let sum = header.reduce(0) { $0 + Int($1) } - header.dropFirst(148).prefix(8).reduce(0) { $0 + Int($1) }
        return sum + 8 * 0x20 == expected
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
        return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
