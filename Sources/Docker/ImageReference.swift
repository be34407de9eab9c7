/// The name of an image, taken apart.
///
/// `busybox` is `docker.io/library/busybox:latest`. A first part names a registry if it has a dot or a colon, or is
/// `localhost`.
package struct ImageReference: Sendable, Equatable {
    /// The registry of names that name none.
    package static let defaultRegistry = "docker.io"

    /// The registry, as `docker.io` or `localhost:5000`.
    package var registry: String
    /// The repository within the registry, as `library/busybox`.
    package var repository: String
    /// The tag; `latest` if the name has neither tag nor digest.
    package var tag: String?
    /// The digest, as `sha256:…`.
    package var digest: String?

    /// Takes a name apart, or says what is wrong with it.
    package init(parsing text: String) throws(DockerError) {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            let digest = rest[rest.index(after: at)...]
            guard Self.isDigest(digest) else { throw .invalidReference(text, reason: "the digest is malformed") }
            self.digest = String(digest)
            rest = rest[..<at]
        }
        let lastPart = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[lastPart...].firstIndex(of: ":") {
            let tag = rest[rest.index(after: colon)...]
            guard Self.isTag(tag) else { throw .invalidReference(text, reason: "the tag '\(tag)' is malformed") }
            self.tag = String(tag)
            rest = rest[..<colon]
        }
        if tag == nil, digest == nil {
            tag = "latest"
        }
        if let slash = rest.firstIndex(of: "/"), Self.isRegistry(rest[..<slash]) {
            registry = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        } else {
            registry = Self.defaultRegistry
        }
        guard Self.isDomain(registry[...]) else {
            throw .invalidReference(text, reason: "the registry '\(registry)' is malformed")
        }
        if registry == "index.docker.io" {
            registry = Self.defaultRegistry
        }
        guard !rest.isEmpty else { throw .invalidReference(text, reason: "there is no name") }
        for part in rest.split(separator: "/", omittingEmptySubsequences: false) where !Self.isNamePart(part) {
            let isCapital = part.contains(where: \.isUppercase)
            throw .invalidReference(
                text,
                reason: isCapital ? "capital letters are not allowed" : "'\(part)' is malformed"
            )
        }
        let isOfficial = registry == Self.defaultRegistry && !rest.contains("/")
        repository = isOfficial ? "library/\(rest)" : String(rest)
        let length = registry.utf8.count + 1 + repository.utf8.count
        guard length <= 255 else { throw .invalidReference(text, reason: "it is longer than 255 characters") }
    }

    /// Registry and repository, as the engine shows them: without what is understood by itself.
    package var name: String {
        guard registry == Self.defaultRegistry else { return "\(registry)/\(repository)" }
        let isOfficial = repository.hasPrefix("library/") && repository.dropFirst(8).allSatisfy { $0 != "/" }
        return isOfficial ? String(repository.dropFirst(8)) : repository
    }

    private static func isRegistry(_ part: Substring) -> Bool {
        part.contains(".") || part.contains(":") || part == "localhost" || part.contains(where: \.isUppercase)
    }

    /// Whether text is a host name or an address in brackets, with or without a port.
    private static func isDomain(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let port = text[text.index(after: colon)...]
            guard !port.isEmpty, port.allSatisfy(\.isASCIIDigit) else { return false }
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            return !address.isEmpty && address.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":") }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, first != "-", last != "-" else { return false }
            return label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        }
    }

    private static func isDigest(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first?.isLowercaseLetter == true else { return false }
        let isLongEnough =
            switch parts[0] {
            case "sha256": parts[1].count == 64
            case "sha384": parts[1].count == 96
            case "sha512": parts[1].count == 128
            default: parts[1].count >= 32
            }
        return isLongEnough && parts[1].allSatisfy { $0.isASCIIDigit || ("a"..."f").contains($0) }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.first, first != ".", first != "-", text.count <= 128 else { return false }
        return text.allSatisfy { $0.isASCIIWord || $0 == "." || $0 == "-" }
    }

    private static func isNamePart(_ part: Substring) -> Bool {
        guard let first = part.first, let last = part.last else { return false }
        guard first.isLowercaseLetter || first.isASCIIDigit, last.isLowercaseLetter || last.isASCIIDigit else {
            return false
        }
        guard part.allSatisfy({ $0.isLowercaseLetter || $0.isASCIIDigit || "._-".contains($0) }) else { return false }
        // Words are separated by a dot, one or two underscores, or any number of hyphens.
        return part.split(whereSeparator: { $0.isLowercaseLetter || $0.isASCIIDigit }).allSatisfy { separator in
            [".", "_", "__"].contains(separator) || separator.allSatisfy { $0 == "-" }
        }
    }
}

extension ImageReference: CustomStringConvertible {
    package var description: String {
        name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

extension Character {
    fileprivate var isLowercaseLetter: Bool { ("a"..."z").contains(self) }
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isASCIIWord: Bool { isASCII && (isLetter || isNumber || self == "_") }
}
