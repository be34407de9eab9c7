import Foundation

/// The hosts that are reached without a proxy, as curl reads `no_proxy`.
///
/// [curl: --noproxy](https://curl.se/docs/manpage.html#--noproxy)
package struct ProxyExclusion {
    private let words: [Substring]

    package init(_ text: String) {
        words = text.split { $0 == "," || $0 == " " || $0 == "\t" }
    }

    /// Whether a host is among them.
    package func contains(_ host: String) -> Bool {
        guard words != ["*"] else { return true }
        if let address = IPAddress(host) { return words.contains { Self.isAddress(address, in: $0) } }
        let host = Self.trimmed(host.lowercased()[...])
        return words.contains { word in
            let name = Self.trimmed(word.lowercased()[...])
            return !name.isEmpty && (host == name || host.hasSuffix("." + name))
        }
    }

    private static func trimmed(_ name: Substring) -> Substring {
        let name = name.hasPrefix(".") ? name.dropFirst() : name
        return name.hasSuffix(".") ? name.dropLast() : name
    }

    /// An address fits itself, or a network like `10.0.0.0/8`.
    private static func isAddress(_ address: IPAddress, in word: Substring) -> Bool {
        let parts = word.split(separator: "/", maxSplits: 1)
        let bare = parts.first?.drop { $0 == "[" }.prefix { $0 != "]" } ?? ""
        guard let other = IPAddress(String(bare)), other.bytes.count == address.bytes.count else { return false }
        guard parts.count > 1 else { return other == address }
        guard let bits = Int(parts[1]), (0...address.bytes.count * 8).contains(bits) else { return false }
        return zip(address.bytes, other.bytes).enumerated().allSatisfy { index, pair in
            let significant = min(max(bits - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> significant)
            return pair.0 & mask == pair.1 & mask
        }
    }
}

/// An address in digits.
struct IPAddress: Equatable {
    /// 4 or 16.
    let bytes: [UInt8]

    init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.bytes = bytes
        } else {
            return nil
        }
    }
}
