/// Which names Kubernetes and Tekton allow.
enum NameSyntax {
    /// A label of a DNS name: lower case letters, digits, hyphens inside; at most 63 characters.
    static func isLabel(_ name: some StringProtocol) -> Bool {
        name.utf8.count <= 63 && isLabelOfAnyLength(name)
    }

    /// Labels with dots between them, at most 253 characters.
    static func isSubdomain(_ name: some StringProtocol) -> Bool {
        name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabelOfAnyLength($0) }
    }

    /// A name of a result: letters, digits, `-`, `_`, `.`, the ends letters or digits; it may be empty nowhere.
    static func isResultName(_ name: some StringProtocol) -> Bool { isQualifiedPart(name) }

    /// A name of a param that is a string or an array.
    static func isVariableName(_ name: String) -> Bool { isVariable(name, allowsDots: true) }

    /// A name of a param that is an object, or of one of its keys.
    static func isObjectVariableName(_ name: String) -> Bool { isVariable(name, allowsDots: false) }

    /// What is wrong with a name that may have a domain in front: `example.com/MyName`.
    static func problemsOfQualifiedName(_ name: String) -> [String] {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        var problems: [String] = []
        switch parts.count {
        case 1: break
        case 2 where parts[0].isEmpty: problems.append("prefix part must be non-empty")
        case 2:
            if !isSubdomain(parts[0]) { problems.append("prefix part \(subdomainRule)") }
        default:
            return [
                "a qualified name \(qualifiedRule) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        guard let last = parts.last, !last.isEmpty else { return problems + ["name part must be non-empty"] }
        if last.utf8.count > 63 { problems.append("name part must be no more than 63 bytes") }
        if !isQualifiedPart(last) { problems.append("name part \(qualifiedRule)") }
        return problems
    }

    /// Whether a name of a reference looks like a URL: letters, a colon and a slash somewhere in it.
    static func looksLikeURL(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.indices.dropFirst().dropLast().contains { index in
            bytes[index] == UInt8(ascii: ":") && bytes[index + 1] == UInt8(ascii: "/")
                && (isAlphanumeric(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "-")
                    || bytes[index - 1] == UInt8(ascii: "_"))
        }
    }
}

extension NameSyntax {
    private static let qualifiedRule =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

    private static let subdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

    private static func isLabelOfAnyLength(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isLowercaseOrDigit(first) && isLowercaseOrDigit(last)
            && bytes.allSatisfy { isLowercaseOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isQualifiedPart(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isVariable(_ name: String, allowsDots: Bool) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else { return false }
        let others = allowsDots ? "-_." : "-_"
        return name.utf8.allSatisfy { isAlphanumeric($0) || others.utf8.contains($0) }
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
