import Foundation
import YAML

/// What is secret in a value beside the whole: its lines, and the credentials that it writes down for a program.
enum SecretParts {
    /// Parts that are found by guessing must be longer than words that are no secret.
    private static let shortestGuess = 6

    /// The value itself first; nothing that is shorter than ``Masker/minimumLength``.
    static func all(of value: [UInt8]) -> Set<[UInt8]> {
        var parts: Set<[UInt8]> = []
        collect(value, depth: 0, into: &parts)
        return parts
    }

    private static func collect(_ value: [UInt8], depth: Int, into parts: inout Set<[UInt8]>) {
        let value = trimmed(value)
        guard value.count >= Masker.minimumLength else { return }
        parts.insert(value)
        let text = String(decoding: value, as: UTF8.self)
        // What is no text reaches a variable with other characters in the place of its bytes.
        if Array(text.utf8) != value { parts.insert(Array(text.utf8)) }
        for line in value.split(separator: UInt8(ascii: "\n")).map({ trimmed(Array($0)) })
        where line.count >= Masker.minimumLength && line.contains(where: isWord) {
            parts.insert(line)
        }
        guard depth < 2 else { return }
        for guess in structured(text) + guesses(in: text) where guess.utf8.count >= shortestGuess {
            collect(Array(guess.utf8), depth: depth + 1, into: &parts)
        }
    }

    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
        return Array(bytes[..<end].drop(while: isBlank))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    // MARK: - JSON

    /// The secrets of a JSON document: what its keys call so, and the two halves of a registry's `auth`.
    private static func structured(_ text: String) -> [String] {
        guard text.hasPrefix("{") else { return [] }
        // A text that only looks like JSON holds nothing.
        guard let node = try? JSONDecoder().decode(YAMLNode.self, from: Data(text.utf8)) else { return [] }
        return secrets(in: node)
    }

    private static func secrets(in node: YAMLNode) -> [String] {
        switch node.content {
        case .mapping(let mapping):
            mapping.entries.flatMap { entry -> [String] in
                guard let text = entry.value.string else { return secrets(in: entry.value) }
                guard isSecretName(entry.key) else { return [] }
                return [text] + (entry.key.lowercased() == "auth" ? passwords(inBase64: text) : [])
            }
        case .sequence(let elements): elements.flatMap { secrets(in: $0) }
        default: []
        }
    }

    private static func passwords(inBase64 text: String) -> [String] {
        let pair = Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard let colon = pair.firstIndex(of: ":") else { return [] }
        return [pair, String(pair[pair.index(after: colon)...])]
    }

    // MARK: - Lines

    /// The values behind names like `password`, and the passwords in URLs.
    private static func guesses(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            passwordInURL(line) + assigned(in: line) + passwordOfMachine(in: line)
        }
    }

    private static func passwordInURL(_ line: Substring) -> [String] {
        guard let scheme = line.firstRange(of: "://") else { return [] }
        let authority = line[scheme.upperBound...].prefix { !$0.isWhitespace && $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return [] }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1).map(String.init)
        let user = parts.first ?? ""
        // Servers also take a token for a name, without a password or with one that says so.
        let secret = parts.count < 2 || ["", "x-oauth-basic"].contains(parts[1]) ? user : parts[1]
        return [secret, secret.removingPercentEncoding].compactMap { $0 }
    }

    private static func assigned(in line: Substring) -> [String] {
        guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }),
            isSecretName(String(line[..<separator]))
        else { return [] }
        let value = line[line.index(after: separator)...].trimmingCharacters(in: .whitespaces)
        let unquoted = value.trimmingCharacters(in: CharacterSet(charactersIn: "\"',;"))
        return [value, unquoted]
    }

    /// A line of `.netrc`: `machine HOST login NAME password SECRET`.
    private static func passwordOfMachine(in line: Substring) -> [String] {
        let words = line.split(whereSeparator: \.isWhitespace)
        return zip(words, words.dropFirst()).filter { $0.0 == "password" }.map { String($0.1) }
    }

    private static func isSecretName(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["pass", "pwd", "token", "secret", "key", "auth", "cred"].contains { name.contains($0) }
    }
}
