import YAML

/// The ways in which programs write a secret value.
enum SecretSpellings {
    /// The patterns by which a value, its lines and what is secret in it are found.
    static func patterns(for value: [UInt8]) -> Set<SecretPattern> {
        var patterns: Set<SecretPattern> = []
        for part in SecretParts.all(of: value) {
            patterns.insert(.spelled(segments(of: part)))
            for text in base64Texts(of: part) { patterns.insert(.base64(text)) }
        }
        // Encoded whole, a value ends differently with the newline that it was written with.
        if value.count >= Masker.minimumLength {
            for text in bothAlphabets(encoded(value)) { patterns.insert(.base64(text)) }
        }
        return patterns
    }

    // MARK: - Characters

    /// The spellings of each character; those with only one joined.
    private static func segments(of bytes: [UInt8]) -> [[[UInt8]]] {
        var segments: [[[UInt8]]] = []
        var plain: [UInt8] = []
        func close() {
            if !plain.isEmpty { segments.append([plain]) }
            plain = []
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return [[bytes]] }
        for scalar in text.unicodeScalars {
            let raw = Array(String(scalar).utf8)
            let others = otherSpellings(of: scalar, raw: raw)
            if others.isEmpty {
                plain += raw
            } else {
                close()
                segments.append([raw] + others.map { Array($0.utf8) }.filter { $0 != raw })
            }
        }
        close()
        return segments
    }

    /// Percent-encoded, escaped in JSON, by a shell or in HTML; nothing for letters and digits.
    private static func otherSpellings(of scalar: Unicode.Scalar, raw: [UInt8]) -> [String] {
        let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        guard !isWord else { return [] }
        let units = String(scalar).utf16.map { hex(UInt($0), digits: 4) }
        var spellings = [
            percentEncoded(raw), percentEncoded(raw).lowercased(),
            units.map { "\\u" + $0 }.joined(), units.map { "\\u" + $0.uppercased() }.joined(),
        ]
        guard scalar.isASCII else { return spellings }
        spellings += named[scalar] ?? []
        if scalar.value >= 0x20 { spellings.append("\\" + String(scalar)) }
        return spellings
    }

    private static let named: [Unicode.Scalar: [String]] = [
        " ": ["+"],
        "'": ["'\\''", "'\"'\"'", "&#39;", "&#x27;", "&apos;"],
        "\"": ["&quot;", "&#34;"],
        "&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"],
        "\n": ["\r\n", "\\n", "\\r\\n", "%0D%0A", "%0d%0a"], "\r": ["\\r"], "\t": ["\\t"],
        "\u{8}": ["\\b"], "\u{C}": ["\\f"],
    ]

    private static func percentEncoded(_ bytes: [UInt8]) -> String {
        bytes.map { "%" + hex(UInt($0), digits: 2).uppercased() }.joined()
    }

    private static func hex(_ number: UInt, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    // MARK: - Base64

    /// What stands in every base64 text that contains the bytes, wherever in it, and their own text.
    private static func base64Texts(of bytes: [UInt8]) -> [[UInt8]] {
        var texts = bothAlphabets(encoded(bytes))
        for shift in 0..<3 {
            // The first characters also encode what stands before, the last one what follows.
            let all = encoded([UInt8](repeating: 0, count: shift) + bytes)
            let whole = (shift + bytes.count) * 8 / 6
            let core = Array(all[..<whole].dropFirst(shift == 0 ? 0 : shift + 1))
            if core.count > Masker.minimumLength { texts += bothAlphabets(core) }
        }
        return texts
    }

    /// The base64 text without its padding, which a longer text would not have.
    private static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        Array(Base64.encode(bytes).utf8.prefix { $0 != UInt8(ascii: "=") })
    }

    /// In the standard alphabet and in that for URLs and file names.
    private static func bothAlphabets(_ text: [UInt8]) -> [[UInt8]] {
        let other = text.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return other == text ? [text] : [text, other]
    }
}
