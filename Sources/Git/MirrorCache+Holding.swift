import SystemPackage

extension MirrorCache {
    /// Whether a clone of a revision finds all that it needs here, without its remote.
    ///
    /// Submodules are not looked at: which there are is known once the revision is checked out.
    package func holds(_ url: RemoteURL, revision: String) -> Bool {
        guard Library.isReady, let refspec = Refspec(revision) else { return false }
        var cache = self
        cache.isOffline = true
        let remotes = Remotes(
            access: RemoteAccess(),
            verifiesCertificates: true,
            mirrors: cache,
            cancellation: Cancellation()
        )
        do throws(GitError) {
            try remotes.withSupply(of: url, folder: folder) { (supply) throws(Remotes.Failure) in
                let plan = try remotes.plan([refspec], configured: [], offered: supply.refs, by: url)
                try supply.bring(plan.entries, tags: false)
            }
            return true
        } catch {
            return false
        }
    }
}
