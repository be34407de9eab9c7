import CGit2
import CGit2Loader

/// libgit2 as a whole: loaded and started once, with the options that hold for the whole process.
///
/// It is never shut down: a thread may still be inside it when the program ends.
enum Library {
    /// Starts libgit2 on first use, on whichever thread that is; every way to it comes by here.
    ///
    /// - Throws: That it is not there, or does not start.
    static func start() throws(GitError) {
        guard let problem else { return }
        throw .failed(action: "starting", subject: "libgit2", message: problem)
    }

    /// Why libgit2 cannot be used; nil where it is started.
    private static let problem: String? = {
        if let problem = cgit2_load() {
            return "\(String(cString: problem)); is it installed (Debian: libgit2-dev)?"
        }
        guard git_libgit2_init() > 0 else { return "it does not start" }
        // What this machine's user has configured (rewritten addresses, line endings, ignored files) must not
        // change what a Task finds in its workspace.
        for level in [GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG] {
            cgit2_set_search_path(level.rawValue, "")
        }
        // Workspaces belong to whatever user a step runs as, and libgit2 runs no program that a repository names.
        cgit2_set_owner_validation(0)
        StreamRegistration.register()
        // Repositories of users may have them; they change nothing for who reads what is there.
        cgit2_allow_extensions()
        return nil
    }()
}
