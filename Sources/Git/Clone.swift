import CGit2
import SystemPackage

/// One clone, submodules and all: a chain of blocking calls.
struct Clone {
    let request: CloneRequest
    let cancellation: Cancellation

    func perform() throws(GitError) -> CloneResult {
        guard Library.isReady else {
            throw .failed(action: "starting", subject: "libgit2", message: "it does not start")
        }
        if let source = request.source {
            return try LocalClone(request: request, source: source, cancellation: cancellation).perform()
        }
        let repository = try makeRepository()
        let filling = Filling(
            url: request.url,
            access: request.access,
            depth: request.depth,
            verifiesCertificates: request.verifiesCertificates,
            cancellation: cancellation
        )
        var result = try filling.fill(repository, with: request.revision, at: request.destination, as: .fetchHead)
        if request.includesSubmodules {
            result.submodules = try Submodules(filling: filling).checkOut(in: repository, at: request.destination)
        }
        return result
    }

    func makeRepository() throws(GitError) -> Handle {
        let path = request.destination.string
        do throws(LibraryError) {
            let repository = try Handle(freedBy: git_repository_free) { git_repository_init($0, path, 0) }
            try check(git_repository_set_ident(repository.pointer, "drydock", "drydock@localhost"))
            let url = request.url.text
            // Freed at once: it is only written into the configuration.
            _ = try Handle(freedBy: git_remote_free) { [pointer = repository.pointer] in
                git_remote_create($0, pointer, "origin", url)
            }
            try write(request.settings, to: repository)
            return repository
        } catch {
            throw error.code == GIT_EEXISTS.rawValue
                ? .destinationInUse(request.destination)
                : failure(error, "making the repository", path)
        }
    }

    private func write(_ settings: [CloneRequest.Setting], to repository: Handle) throws(LibraryError) {
        let configuration = try Handle(freedBy: git_config_free) { [pointer = repository.pointer] in
            git_repository_config($0, pointer)
        }
        for setting in settings { try check(git_config_set_string(configuration.pointer, setting.key, setting.value)) }
    }

    private func failure(_ error: LibraryError, _ action: String, _ subject: String) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        return .failed(
            action: action,
            subject: subject,
            message: error.message.replacing(request.url.text, with: request.url.masked)
        )
    }
}
