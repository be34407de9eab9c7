/// The address in a name like `http.<url>.proxy`, which holds for all addresses below it.
///
/// [git: http.<url>.*](https://git-scm.com/docs/git-config#Documentation/git-config.txt-httplturlgt)
struct URLPattern {
    private let parts: URLParts
    private let labels: [Substring]

    /// Nil if it is not a whole address.
    init?(_ text: String) {
        guard let parts = URLParts(text) else { return nil }
        self.parts = parts
        labels = parts.host.split(separator: ".", omittingEmptySubsequences: false)
    }

    /// How closely a pattern fits: the host counts most, then the path, then the user.
    struct Fit: Comparable {
        var host: Int
        var path: Int
        var user: Bool

        /// That of a setting for all addresses.
        static let none = Fit(host: -1, path: -1, user: false)

        static func < (left: Fit, right: Fit) -> Bool {
            (left.host, left.path, left.user ? 1 : 0) < (right.host, right.path, right.user ? 1 : 0)
        }
    }

    /// Nil if it does not hold for the address.
    func fit(_ url: URLParts) -> Fit? {
        guard parts.scheme == url.scheme, parts.effectivePort == url.effectivePort else { return nil }
        if let user = parts.user, user != url.user { return nil }
        let others = url.host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count == others.count, zip(labels, others).allSatisfy({ $0 == "*" || $0 == $1 }) else {
            return nil
        }
        var path = parts.path[...]
        while path.hasSuffix("/") { path.removeLast() }
        guard path.isEmpty || url.path == path || url.path.hasPrefix(path + "/") else { return nil }
        let exact = labels.reduce(0) { $0 + ($1 == "*" ? 0 : $1.utf8.count + 1) }
        return Fit(host: exact, path: path.utf8.count, user: parts.user != nil)
    }
}
