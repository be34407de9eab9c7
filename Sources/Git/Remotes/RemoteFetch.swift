import CGit2

/// A remote that was asked for its refs, and a repository here that takes its objects.
final class RemoteFetch {
    let refs: RemoteRefs
    private let remote: Handle
    private let repository: Handle
    private let session: RemoteSession
    private var isConnected = true

    /// Asks the remote.
    init(_ session: RemoteSession, into repository: Handle) throws(GitError) {
        self.session = session
        self.repository = repository
        try session.requireTransport()
        do throws(LibraryError) {
            let address = session.url.text
            let remote = try Handle(freedBy: git_remote_free) { [pointer = repository.pointer] in
                git_remote_create_anonymous($0, pointer, address)
            }
            try session.connect(remote)
            refs = try session.list(remote)
            self.remote = remote
        } catch {
            throw session.connectionError(error)
        }
    }

    /// Ends the conversation; a download begins a new one.
    func disconnect() {
        guard isConnected else { return }
        git_remote_disconnect(remote.pointer)
        isConnected = false
    }

    /// Brings refs, by name or pattern, and all that they are made of, as far as it is missing.
    func download(_ names: [String]) throws(Remotes.Failure) {
        do throws(LibraryError) { try downloadOnce(names) } catch { throw failure(error) }
    }

    /// Brings an object that is asked for by its digits, if the server hands it out.
    ///
    /// Not every server does; then all refs are brought, since it may still be part of one.
    /// - Throws: That it is not there, or that the server cannot be reached.
    func download(_ object: ObjectID) throws(Remotes.Failure) {
        do throws(LibraryError) {
            do throws(LibraryError) {
                try downloadOnce([object.text])
                if repository.contains(object) { return }
            } catch {
                guard !session.cancellation.isCancelled else { throw error }
            }
            try downloadOnce(["refs/*"])
        } catch {
            throw failure(error)
        }
        guard repository.contains(object) else {
            throw .git(.revisionNotFound(revision: object.text, url: session.url.masked))
        }
    }

    /// Tells trouble with the repository here from trouble with the remote.
    private func failure(_ error: LibraryError) -> Remotes.Failure {
        let isHere = [GIT_ERROR_ODB, GIT_ERROR_REFERENCE, GIT_ERROR_OBJECT, GIT_ERROR_INDEXER, GIT_ERROR_ZLIB]
            .contains { Int32($0.rawValue) == error.category }
        return isHere && !session.cancellation.isCancelled ? .unreadable(error) : .git(session.connectionError(error))
    }

    /// A conversation is for one download.
    private func downloadOnce(_ names: [String]) throws(LibraryError) {
        if !isConnected { try session.connect(remote) }
        defer { disconnect() }
        isConnected = true
        // libgit2 takes a pattern only with a place for what it matches, and then leaves refs alone.
        try session.download(names.map { $0.contains("*") ? "\($0):\($0)" : $0 }, from: remote)
    }
}

extension Handle {
    /// Whether the repository that this is has an object.
    func contains(_ object: ObjectID) -> Bool { !missing([object]).contains(object) }

    /// Those of some objects that the repository that this is does not have.
    func missing(_ objects: [ObjectID]) -> Set<ObjectID> {
        guard let database = try? Handle(freedBy: git_odb_free, { [pointer] in git_repository_odb($0, pointer) }),
            git_odb_refresh(database.pointer) == 0
        else {
            // Without its object database a repository has no objects.
            return Set(objects)
        }
        return Set(
            objects.filter { object in
                var oid = object.oid
                return git_odb_exists_ext(database.pointer, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) != 1
            }
        )
    }
}
