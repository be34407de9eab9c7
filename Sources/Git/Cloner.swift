import CGit2

/// Clones repositories as Tekton's `git-init` does: init, remote `origin`, fetch of one revision, detached checkout.
package enum Cloner {
    /// Clones, on a thread of its own.
    ///
    /// When the current task is cancelled, `GitError.cancelled` is thrown at once, although the destination may be
    /// written to for a short while yet.
    /// - Parameter request: What to clone and where to.
    /// - Returns: What is checked out.
    /// - Throws: Why it could not be cloned; the destination then holds what had been reached.
    package static func clone(_ request: CloneRequest) async throws(GitError) -> CloneResult {
        let result: Result<CloneResult, GitError> = await BlockingThread.run(named: "clone") { cancellation in
            do throws(GitError) {
                return .success(try Clone(request: request, cancellation: cancellation).perform())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
