/// An address taken apart.
struct URLParts: Hashable, Sendable {
    /// In small letters.
    var scheme: String
    /// Without percent escapes, as `password`.
    var user: String?
    var password: String?
    /// In small letters, without the brackets of an IPv6 address.
    var host: String
    /// Nil where the address names none.
    var port: Int?
    /// As it is written, with the slash it begins with; empty if there is none.
    var path: String

    /// Nil if the text has no scheme or no host.
    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"), mark.lowerBound > text.startIndex else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        let rest = text[mark.upperBound...]
        var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        path = String(rest[authority.endIndex...])
        if let at = authority.lastIndex(of: "@") {
            let words = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = Self.unescaped(words[0])
            password = words.count > 1 ? Self.unescaped(words[1]) : nil
            authority = authority[authority.index(after: at)...]
        }
        var portText = Substring()
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<bracket].lowercased()
            portText = authority[authority.index(after: bracket)...]
            guard portText.isEmpty || portText.hasPrefix(":") else { return nil }
            portText = portText.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon].lowercased()
            portText = authority[authority.index(after: colon)...]
        } else {
            host = authority.lowercased()
        }
        guard !host.isEmpty else { return nil }
        if !portText.isEmpty {
            guard let port = UInt16(portText) else { return nil }
            self.port = Int(port)
        }
    }

    var effectivePort: Int? { port ?? ["http": 80, "https": 443, "ssh": 22, "git": 9418][scheme] }

    /// The host and the port if one is named, as they are written in an address.
    var hostAndPort: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(host):\($0)" } ?? host
    }

    /// The address without user and password.
    var bare: String { "\(scheme)://\(hostAndPort)\(path)" }

    /// The text with `%41` and the like undone.
    static func unescaped(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, rest.prefix(2).allSatisfy(isHexDigit),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }
}
