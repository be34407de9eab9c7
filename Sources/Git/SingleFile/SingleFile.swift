import SystemPackage

/// One file of a remote repository, at one revision.
package struct SingleFile: Sendable {
    package var url: RemoteURL
    /// A branch, a tag, a full ref or 40 digits; empty for what the remote's `HEAD` names.
    package var revision: String
    /// Where it is in the repository, slashes between the names.
    package var path: String
    /// Keys, passwords, certificates and proxies.
    package var access: RemoteAccess
    /// Where what is fetched is kept.
    package var mirrors: MirrorCache

    package init(
        url: RemoteURL,
        revision: String,
        path: String,
        access: RemoteAccess = RemoteAccess(),
        mirrors: MirrorCache
    ) {
        self.url = url
        self.revision = revision
        self.path = path
        self.access = access
        self.mirrors = mirrors
    }

    /// What was found.
    package struct Found: Sendable, Hashable {
        /// The commit that the revision is, 40 digits.
        package var commit: String
        package var content: [UInt8]
    }

    /// Why a file that could be looked for is not there.
    package enum Problem: Error, Sendable, Equatable {
        case missing
        case isFolder
        /// A link on the way leads out of the repository.
        case leavesRepository
        case git(GitError)
    }

    /// Brings the revision into the mirror, as far as it is not there, and reads the file, links followed.
    /// - Returns: The file and its commit.
    /// - Throws: Why it cannot be had.
    package func fetch() async throws(Problem) -> Found {
        let result: Result<Result<Found, Problem>, GitError> = await BlockingThread.run(named: "file") { cancellation in
            do throws(Problem) {
                return .success(.success(try find(cancellation)))
            } catch {
                return .success(.failure(error))
            }
        }
        switch result {
        case .success(let found): return try found.get()
        case .failure(let error): throw .git(error)
        }
    }

    private func find(_ cancellation: Cancellation) throws(Problem) -> Found {
        do throws(GitError) { try Library.start() } catch { throw .git(error) }
        guard let refspec = Refspec(revision) else {
            throw .git(.revisionNotFound(revision: revision, url: url.masked))
        }
        let remotes = Remotes(
            access: access,
            verifiesCertificates: true,
            mirrors: mirrors,
            cancellation: cancellation
        )
        let found: (commit: String, file: Result<[UInt8], Problem>)
        do throws(GitError) {
            found = try remotes.withSupply(of: url, folder: mirrors.folder) { supply throws(Remotes.Failure) in
                let plan = try remotes.plan([refspec], configured: [], offered: supply.refs, by: url)
                try supply.bring(plan.entries, tags: false)
                guard let entry = plan.entries.first else {
                    throw .git(.revisionNotFound(revision: revision, url: url.masked))
                }
                do throws(LibraryError) {
                    let history = History(repository: supply.repository.pointer)
                    let commit = try history.commit(of: entry.id.oid)
                    let tree = CommitTree(repository: supply.repository, commit: commit)
                    return (commit.text, try tree.file(at: path))
                } catch {
                    throw .unreadable(error)
                }
            }
        } catch {
            throw .git(error)
        }
        return Found(commit: found.commit, content: try found.file.get())
    }
}
