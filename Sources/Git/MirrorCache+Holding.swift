extension MirrorCache {
    /// Whether the mirror of a remote has what a revision named when it was last fetched.
    ///
    /// Nothing is fetched. The submodules of the revision are not looked at.
    /// - Parameters:
    ///   - url: The remote.
    ///   - revision: A branch, a tag, a full ref or 40 digits; empty for its `HEAD`.
    /// - Returns: False too if the mirror cannot be read.
    package func holds(_ url: RemoteURL, revision: String) -> Bool {
        let mirror = Mirror(of: url, in: self)
        guard mirror.isThere, let refs = mirror.refs else { return false }
        guard let id = refs.find(revision)?.id ?? ObjectID(revision[...]) else { return false }
        // A mirror that cannot be opened holds nothing.
        guard let repository = try? mirror.open() else { return false }
        return repository.missing([id]).isEmpty
    }
}
