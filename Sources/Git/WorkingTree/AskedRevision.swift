import CGit2
import SystemPackage

/// The revision that a clone asks its remote for, as far as it can be told without asking.
///
/// It names what the fetch leaves behind; what is checked out comes from elsewhere.
struct AskedRevision {
    /// A branch, if it is one: git keeps a remote-tracking branch for it.
    private(set) var branch: String?
    /// What `FETCH_HEAD` says before the address.
    private(set) var description: String

    /// Tells a tag from a branch by what the user's repository has; what it does not have is a branch.
    init(_ revision: String, in repository: OpaquePointer) {
        guard !revision.isEmpty, revision != "HEAD" else {
            description = ""
            return
        }
        guard git_oid(text: revision) == nil else {
            description = "'\(revision)' of "
            return
        }
        let prefixes = ["", "refs/", "refs/tags/", "refs/heads/"]
        let isHere = { (name: String) in
            var id = git_oid()
            return name.hasPrefix("refs/") && git_reference_name_to_id(&id, repository, name) == 0
        }
        let isFullName = ["refs/", "heads/", "tags/", "remotes/"].contains { revision.hasPrefix($0) }
        let assumed = isFullName ? (revision.hasPrefix("refs/") ? "" : "refs/") + revision : "refs/heads/" + revision
        let name = prefixes.map { $0 + revision }.first(where: isHere) ?? assumed
        description = "'\(name)' of "
        for (prefix, kind) in [
            ("refs/heads/", "branch"), ("refs/tags/", "tag"), ("refs/remotes/", "remote-tracking branch"),
        ] where name.hasPrefix(prefix) {
            description = "\(kind) '\(name.dropFirst(prefix.count))' of "
        }
        if name.hasPrefix("refs/heads/") { branch = String(name.dropFirst("refs/heads/".count)) }
    }
}
