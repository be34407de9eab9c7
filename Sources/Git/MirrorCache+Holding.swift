extension MirrorCache {
    /// Whether a clone of a revision finds all that it needs here, without its remote.
    package func holds(_ url: RemoteURL, revision: String) -> Bool { false }
}
