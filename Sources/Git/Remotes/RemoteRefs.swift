/// A ref as a remote offers it.
struct RemoteRef: Sendable, Hashable {
    var name: String
    var id: ObjectID
    /// What an annotated tag stands for in the end.
    var peeled: ObjectID?
}

/// The refs that a remote offers.
struct RemoteRefs: Sendable, Hashable {
    /// Sorted by their names, which all begin with `refs/`.
    private(set) var refs: [RemoteRef]
    /// What the remote's `HEAD` is.
    var head: ObjectID?
    /// The ref that `HEAD` names, where the remote tells.
    var headTarget: String?

    init(refs: [RemoteRef] = [], head: ObjectID? = nil, headTarget: String? = nil) {
        // git compares the bytes of the names.
        self.refs = refs.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.head = head
        self.headTarget = headTarget
    }

    /// All of them, `HEAD` first.
    var all: [RemoteRef] { (head.map { [RemoteRef(name: "HEAD", id: $0)] } ?? []) + refs }

    var tags: [RemoteRef] { refs.filter { $0.name.hasPrefix("refs/tags/") } }

    subscript(name: String) -> RemoteRef? { all.first { $0.name == name } }

    /// The ref that a name stands for, looked up in git's order.
    ///
    /// [gitrevisions](https://git-scm.com/docs/gitrevisions), `<refname>`
    func find(_ name: String) -> RemoteRef? {
        let name = name.isEmpty || name == "@" ? "HEAD" : name
        let candidates =
            ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map { $0 + name } + [
                "refs/remotes/\(name)/HEAD"
            ]
        let all = all
        return candidates.lazy.compactMap { candidate in all.first { $0.name == candidate } }.first
    }

    /// The branch that `HEAD` is: the one it names, else the likeliest that is where it is.
    var headBranch: RemoteRef? {
        guard let head else { return nil }
        if let headTarget { return headTarget.hasPrefix("refs/heads/") ? self[headTarget] : nil }
        let same = refs.filter { $0.name.hasPrefix("refs/heads/") && $0.id == head }
        return same.first { $0.name == "refs/heads/master" } ?? same.first
    }
}

/// The text of a `packed-refs` file.
enum PackedRefs {
    static func text(_ refs: [RemoteRef]) -> String {
        var text = "# pack-refs with: peeled fully-peeled sorted \n"
        for ref in refs {
            text += "\(ref.id.text) \(ref.name)\n"
            if let peeled = ref.peeled { text += "^\(peeled.text)\n" }
        }
        return text
    }

    /// Nil if it is not such a text.
    static func refs(in text: String) -> [RemoteRef]? {
        var refs: [RemoteRef] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("^") {
                guard let id = ObjectID(line.dropFirst()), !refs.isEmpty else { return nil }
                refs[refs.count - 1].peeled = id
            } else {
                let parts = line.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let id = ObjectID(parts[0]) else { return nil }
                refs.append(RemoteRef(name: String(parts[1]), id: id))
            }
        }
        return refs
    }
}
