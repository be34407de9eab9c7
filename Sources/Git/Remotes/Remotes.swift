import SystemPackage

/// How the remotes of one clone are reached, and where their objects are kept.
struct Remotes {
    let access: RemoteAccess
    let verifiesCertificates: Bool
    let mirrors: MirrorCache?
    let cancellation: Cancellation

    /// Why nothing came of a supply.
    enum Failure: Error {
        case git(GitError)
        /// What the supply has could not be read.
        case unreadable(LibraryError)
    }

    /// Lends the refs and objects of a remote.
    ///
    /// A mirror that cannot be read is made anew, and the work done once more.
    /// - Parameters:
    ///   - url: The remote.
    ///   - folder: Where a repository may be made for the time being.
    ///   - work: What is done with them; it may be done twice.
    /// - Returns: What the work gives.
    /// - Throws: What the work throws, or that the remote cannot be had.
    func withSupply<Value>(
        of url: RemoteURL,
        folder: FilePath,
        _ work: (any Supply) throws(Failure) -> Value
    ) throws(GitError) -> Value {
        do throws(Failure) {
            return try run(url, folder, isRenewed: false, work)
        } catch {
            switch error {
            case .git(let error): throw error
            case .unreadable(let error):
                guard let mirrors, !error.isAboutWriting, url.transport.isRemote, !cancellation.isCancelled else {
                    throw failure(error, "reading", url.masked, url)
                }
                guard !mirrors.isOffline else {
                    let message = "\(error.message); run once without --offline to fetch it anew"
                    throw .failed(action: "reading the mirror of", subject: url.masked, message: message)
                }
            }
        }
        do throws(Failure) {
            return try run(url, folder, isRenewed: true, work)
        } catch {
            switch error {
            case .git(let error): throw error
            case .unreadable(let error): throw failure(error, "reading", url.masked, url)
            }
        }
    }

    private func run<Value>(
        _ url: RemoteURL,
        _ folder: FilePath,
        isRenewed: Bool,
        _ work: (any Supply) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let passing = folder.appending("drydock-fetch")
        defer { removeTree(passing) }
        let supply: any Supply
        do throws(GitError) {
            supply = try makeSupply(url, passing, isRenewed: isRenewed)
        } catch {
            throw .git(error)
        }
        defer { withExtendedLifetime(supply) {} }
        return try work(supply)
    }

    private func makeSupply(
        _ url: RemoteURL,
        _ passing: FilePath,
        isRenewed: Bool
    ) throws(GitError) -> any Supply {
        if case .local(let path) = url.transport { return try LocalSupply(url, path: path) }
        let session = RemoteSession(
            url: url,
            access: access,
            verifiesCertificates: verifiesCertificates,
            cancellation: cancellation
        )
        guard let mirrors else { return try PassingSupply(session, at: passing) }
        return try MirrorSupply(session, in: mirrors, isRenewed: isRenewed)
    }

    /// Works out what is fetched.
    func plan(
        _ refspecs: [Refspec],
        configured: [Refspec],
        offered: RemoteRefs,
        by url: RemoteURL
    ) throws(Failure) -> FetchPlan {
        do throws(FetchPlan.Problem) {
            return try FetchPlan(refspecs, configured: configured, offered: offered)
        } catch {
            switch error {
            case .missing(let name) where mirrors?.isOffline == true && url.transport.isRemote:
                throw .git(.notMirrored(revision: name, url: url.masked))
            case .missing(let name):
                throw .git(.revisionNotFound(revision: name, url: url.masked))
            case .clash(let first, let second, let destination):
                let message = "\(first) and \(second) would both be \(destination)"
                throw .git(.failed(action: "fetching from", subject: url.masked, message: message))
            }
        }
    }

    /// An error of the library as one of this module, without credentials.
    func failure(_ error: LibraryError, _ action: String, _ subject: String, _ url: RemoteURL) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        return .failed(
            action: action,
            subject: subject,
            message: error.message.replacing(url.text, with: url.masked)
        )
    }
}
