/// What one `git fetch` brings and leaves behind, worked out from what the remote offers.
struct FetchPlan: Sendable {
    /// How `FETCH_HEAD` lists something that was fetched.
    enum Mark: Sendable, Hashable {
        case merge
        case notForMerge
        /// It is not listed.
        case unlisted
    }

    struct Entry: Sendable, Hashable {
        /// The ref on the other side, or the 40 digits that were asked for.
        var name: String
        var id: ObjectID
        /// What an annotated tag stands for in the end, as far as the remote told.
        var peeled: ObjectID?
        /// The ref that it is kept as here.
        var destination: String?
        var mark: Mark
    }

    enum Problem: Error, Equatable {
        case missing(String)
        /// Two refs that would be kept under one name.
        case clash(String, String, destination: String)
    }

    private(set) var entries: [Entry]
    /// Whether tags come along that point at what is fetched.
    let followsTags: Bool

    /// - Parameters:
    ///   - refspecs: What is asked for.
    ///   - configured: What the remote is set up with: refs that it covers are kept as well.
    ///   - offered: What the remote offers.
    /// - Throws: What is asked for and cannot be had.
    init(_ refspecs: [Refspec], configured: [Refspec], offered: RemoteRefs) throws(Problem) {
        var chosen: [Entry] = []
        for refspec in refspecs where !refspec.isNegative {
            chosen += try Self.entries(for: refspec, offered: offered)
        }
        let negative = refspecs.filter(\.isNegative)
        chosen.removeAll { entry in negative.contains { $0.covers(entry.name) } }
        followsTags = refspecs.contains { !($0.destination ?? "").isEmpty }
        entries = chosen
        if followsTags {
            let fetched = Set(chosen.map(\.id))
            follow(offered.tags) { fetched.contains($0) }
        }
        for refspec in configured {
            for entry in chosen {
                guard let destination = refspec.destination(of: entry.name) else { continue }
                var kept = entry
                kept.destination = destination
                kept.mark = .unlisted
                entries.append(kept)
            }
        }
        try removeDuplicates()
    }

    private static func entries(for refspec: Refspec, offered: RemoteRefs) throws(Problem) -> [Entry] {
        if refspec.isPattern {
            return offered.all.filter { refspec.covers($0.name) }
                .map { Entry($0, destination: refspec.destination(of: $0.name), mark: .merge) }
        }
        let destination = refspec.destination.flatMap { $0.isEmpty ? nil : Refspec.fullName($0) }
        if let object = refspec.object {
            return [Entry(name: refspec.source, id: object, peeled: nil, destination: destination, mark: .merge)]
        }
        guard let ref = offered.find(refspec.source) else {
            throw .missing(refspec.source.isEmpty ? "HEAD" : refspec.source)
        }
        return [Entry(ref, destination: destination, mark: .merge)]
    }

    /// Adds the tags whose objects are there and that are not kept already.
    /// - Returns: Those tags.
    @discardableResult
    mutating func follow(_ tags: [RemoteRef], isThere: (ObjectID) -> Bool) -> [Entry] {
        let kept = Set(entries.compactMap(\.destination))
        let followed = tags.filter { tag in
            !kept.contains(tag.name) && (isThere(tag.id) || tag.peeled.map(isThere) == true)
        }.map { Entry($0, destination: $0.name, mark: .notForMerge) }
        entries += followed
        return followed
    }

    private mutating func removeDuplicates() throws(Problem) {
        var known: [String: Entry] = [:]
        var rest: [Entry] = []
        for entry in entries {
            guard let destination = entry.destination, let other = known[destination] else {
                if let destination = entry.destination { known[destination] = entry }
                rest.append(entry)
                continue
            }
            guard other.name == entry.name || other.mark != .unlisted && entry.mark == .unlisted else {
                throw .clash(other.name, entry.name, destination: destination)
            }
        }
        entries = rest
    }

    /// The text of `FETCH_HEAD`.
    /// - Parameters:
    ///   - address: How the remote is named in it.
    ///   - isCommit: Whether an object is a commit or a tag of one.
    /// - Returns: A line for each ref, those to be merged first.
    func fetchHead(address: String, isCommit: (ObjectID) -> Bool) -> String {
        let listed = entries.filter { $0.mark != .unlisted }
            .map { (entry: $0, isForMerge: $0.mark == .merge && isCommit($0.id)) }
        return (listed.filter(\.isForMerge) + listed.filter { !$0.isForMerge }).map { entry, isForMerge in
            "\(entry.id.text)\t\(isForMerge ? "" : "not-for-merge")\t\(entry.description)\(address)\n"
        }.joined()
    }
}

extension FetchPlan.Entry {
    /// An object that is asked for by its digits.
    init(_ object: ObjectID) {
        self.init(name: object.text, id: object, peeled: nil, destination: nil, mark: .merge)
    }

    init(_ ref: RemoteRef, destination: String?, mark: FetchPlan.Mark) {
        self.init(name: ref.name, id: ref.id, peeled: ref.peeled, destination: destination, mark: mark)
    }

    /// What `FETCH_HEAD` says about it before the address.
    fileprivate var description: String {
        if name == "HEAD" { return "" }
        for (prefix, kind) in [
            ("refs/heads/", "branch"), ("refs/tags/", "tag"), ("refs/remotes/", "remote-tracking branch"),
        ] where name.hasPrefix(prefix) {
            return "\(kind) '\(name.dropFirst(prefix.count))' of "
        }
        return "'\(name)' of "
    }

    /// What the log of the ref that it is kept as says.
    var action: String {
        if name.hasPrefix("refs/tags/") { return "storing tag" }
        return name.hasPrefix("refs/heads/") ? "storing head" : "storing ref"
    }
}
