/// What is fetched and where it is kept: `+SOURCE:DESTINATION`.
///
/// [git fetch](https://git-scm.com/docs/git-fetch#Documentation/git-fetch.txt-ltrefspecgt)
struct Refspec: Sendable, Hashable {
    /// A name, one `*` in it if it is a pattern; empty for `HEAD`.
    var source: String
    var destination: String?
    /// Whether it takes refs away from those that other refspecs chose.
    var isNegative = false

    var isPattern: Bool { source.contains("*") }

    /// The commit or other object that it asks for by its 40 digits.
    var object: ObjectID? { ObjectID(source) }

    /// What a remote is set up with.
    static let allBranches = Refspec(source: "refs/heads/*", destination: "refs/remotes/origin/*")

    init(source: String, destination: String? = nil) {
        self.source = source
        self.destination = destination
    }

    /// Nil if git would not take it.
    init?(_ text: some StringProtocol) {
        var rest = text[...]
        if rest.hasPrefix("+") {
            rest = rest.dropFirst()
        } else if rest.hasPrefix("^") {
            rest = rest.dropFirst()
            isNegative = true
        }
        if let colon = rest.lastIndex(of: ":") {
            source = String(rest[..<colon])
            destination = String(rest[rest.index(after: colon)...])
        } else {
            source = String(rest)
        }
        if source == "@" { source = "HEAD" }
        let isSourcePattern = source.contains("*")
        if isNegative {
            guard destination == nil, !source.isEmpty, object == nil else { return nil }
        } else {
            guard isSourcePattern == (destination?.contains("*") ?? false) else { return nil }
        }
        guard source.isEmpty || object != nil || Self.isName(source) else { return nil }
        if let destination { guard destination.isEmpty || Self.isName(destination) else { return nil } }
    }

    /// Refspecs as a command line has them, between single blanks; `tag NAME` are two of its words.
    /// - Throws: The word that is none.
    static func list(_ text: String) throws(Malformed) -> [Refspec] {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        var refspecs: [Refspec] = []
        while let word = words.popFirst() {
            if word == "tag" {
                guard let name = words.popFirst(), let refspec = Refspec("refs/tags/\(name):refs/tags/\(name)") else {
                    throw Malformed(text: text)
                }
                refspecs.append(refspec)
            } else {
                guard let refspec = Refspec(word) else { throw Malformed(text: String(word)) }
                refspecs.append(refspec)
            }
        }
        return refspecs
    }

    struct Malformed: Error {
        var text: String
    }

    /// Whether a ref of that name is one that the source names.
    func covers(_ name: String) -> Bool { Self.capture(name, by: source) != nil }

    /// What a ref of that name is kept as; nil if the refspec is not about it, or keeps nothing.
    func destination(of name: String) -> String? {
        guard let destination, !destination.isEmpty, let captured = Self.capture(name, by: source) else { return nil }
        return Self.fullName(destination.replacing("*", with: captured, maxReplacements: 1))
    }

    /// What `*` stands for where the name matches, empty without one; nil where it does not match.
    private static func capture(_ name: String, by pattern: String) -> Substring? {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern ? "" : nil }
        let prefix = pattern[..<star]
        let suffix = pattern[pattern.index(after: star)...]
        guard name.utf8.count >= prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix), name.hasSuffix(suffix)
        else { return nil }
        return name.dropFirst(prefix.count).dropLast(suffix.count)
    }

    /// The ref on this side that a destination is.
    static func fullName(_ name: String) -> String {
        if name.hasPrefix("refs/") { return name }
        let isBelowRefs = ["heads/", "tags/", "remotes/"].contains { name.hasPrefix($0) }
        return (isBelowRefs ? "refs/" : "refs/heads/") + name
    }

    /// Whether it is the name of a ref, or a pattern of such names.
    ///
    /// [git check-ref-format](https://git-scm.com/docs/git-check-ref-format)
    private static func isName(_ name: String) -> Bool {
        guard name != "@", !name.hasSuffix("."), !name.contains(".."), !name.contains("@{") else { return false }
        let forbidden = Set(" ~^:?[\\\u{7F}".unicodeScalars)
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !forbidden.contains($0) }) else { return false }
        guard name.count(where: { $0 == "*" }) <= 1 else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
            !component.isEmpty && !component.hasPrefix(".") && !component.hasSuffix(".lock")
        }
    }
}
