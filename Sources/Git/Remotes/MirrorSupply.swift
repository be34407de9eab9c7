import CGit2

/// A mirror that takes what is new before it hands anything out.
///
/// While it lives, nobody changes the mirror.
final class MirrorSupply: Supply {
    let refs: RemoteRefs
    private(set) var repository: Handle
    let grafts: Set<ObjectID> = []
    private let url: RemoteURL
    private let mirror: Mirror
    private let lock: FileLock
    private let session: RemoteSession
    /// Nil when nothing may be fetched.
    private let fetch: RemoteFetch?

    /// - Parameters:
    ///   - session: How the remote is spoken to.
    ///   - cache: Where the mirror is.
    ///   - isRenewed: Whether a mirror that is there is made anew.
    /// - Throws: That there is no mirror, or that it cannot be made.
    init(_ session: RemoteSession, in cache: MirrorCache, isRenewed: Bool) throws(GitError) {
        self.session = session
        url = session.url
        mirror = Mirror(of: session.url, in: cache)
        do throws(LibraryError) {
            lock = try mirror.lock(.shared)
            // Between the two kinds of lock somebody else may have taken an empty one away again.
            while !cache.isOffline, !mirror.isThere {
                try lock.change(to: .exclusive)
                if !mirror.isThere { try mirror.make() }
                try lock.change(to: .shared)
            }
            guard mirror.isThere else { throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "") }
            repository = try mirror.open()
        } catch {
            if session.cancellation.isCancelled { throw .cancelled }
            if error.code == GIT_ENOTFOUND.rawValue { throw .notMirrored(revision: nil, url: url.masked) }
            throw .failed(action: "opening the mirror of", subject: url.masked, message: error.message)
        }
        if session.cancellation.isCancelled { throw .cancelled }
        guard !cache.isOffline else {
            fetch = nil
            guard let known = mirror.refs, !known.refs.isEmpty || known.head != nil else {
                throw .notMirrored(revision: nil, url: url.masked)
            }
            refs = known
            return
        }
        var fetch: RemoteFetch
        do throws(GitError) {
            fetch = try RemoteFetch(session, into: repository)
        } catch {
            // A remote that cannot be had leaves nothing; where others use the mirror, the last of them sees to it.
            if mirror.isEmpty, lock.takeAlone() { mirror.remove() }
            throw error
        }
        if isRenewed {
            // Only now that the remote has answered: a damaged mirror is better than none.
            fetch.disconnect()
            do throws(LibraryError) {
                try lock.change(to: .exclusive)
                mirror.remove()
                try mirror.make()
                try lock.change(to: .shared)
                repository = try mirror.open()
            } catch {
                throw .failed(action: "making a mirror of", subject: url.masked, message: error.message)
            }
            fetch = try RemoteFetch(session, into: repository)
        }
        self.fetch = fetch
        refs = fetch.refs
    }

    func bring(_ wanted: [FetchPlan.Entry], tags: Bool) throws(Remotes.Failure) {
        guard let fetch else {
            let missing = repository.missing(wanted.map(\.id))
            guard let entry = wanted.first(where: { missing.contains($0.id) }) else { return }
            throw .git(.notMirrored(revision: entry.name, url: url.masked))
        }
        defer { fetch.disconnect() }
        let needed = wanted.map(\.id) + (tags ? refs.tags.map(\.id) : [])
        if !repository.missing(needed).isEmpty {
            try change { () throws(Remotes.Failure) in try download(wanted, needed, from: fetch) }
        }
        let objects = wanted.filter { ObjectID($0.name) != nil }.map(\.id)
        let record = mirror.record(refs, objects: objects, repository: repository)
        if !mirror.has(record) {
            try change { () throws(Remotes.Failure) in
                try perform { () throws(LibraryError) in try mirror.write(record) }
            }
        }
    }

    /// The whole remote is brought, so that what is asked for later is there.
    private func download(
        _ wanted: [FetchPlan.Entry],
        _ needed: [ObjectID],
        from fetch: RemoteFetch
    ) throws(Remotes.Failure) {
        // Whoever had the lock before may have brought it.
        guard !repository.missing(needed).isEmpty else { return }
        mirror.clean()
        let others = refs.names(for: wanted).filter { !$0.hasPrefix("refs/heads/") && !$0.hasPrefix("refs/tags/") }
        try fetch.download(["refs/heads/*", "refs/tags/*"] + others)
        for object in wanted.map(\.id) where !repository.contains(object) { try fetch.download(object) }
        // What cannot be merged stays; whoever reads it sees the damage.
        try? mirror.mergePacks(of: repository, cancellation: session.cancellation)
        try perform { () throws(LibraryError) in repository = try mirror.open() }
    }

    /// Does something that nobody else may see half done.
    private func change(_ work: () throws(Remotes.Failure) -> Void) throws(Remotes.Failure) {
        try perform { () throws(LibraryError) in try lock.change(to: .exclusive) }
        if session.cancellation.isCancelled { throw .git(.cancelled) }
        try work()
        try perform { () throws(LibraryError) in try lock.change(to: .shared) }
    }

    private func perform(_ work: () throws(LibraryError) -> Void) throws(Remotes.Failure) {
        do throws(LibraryError) {
            try work()
        } catch {
            if session.cancellation.isCancelled { throw .git(.cancelled) }
            throw .git(.failed(action: "keeping a mirror of", subject: url.masked, message: error.message))
        }
    }
}
