import CGit2
import Foundation
package import SystemPackage

/// What git finds configured outside a repository: ignored files, rewritten addresses, line endings.
///
/// Clones know none of it; a user's own repository is read with it, so that it looks as it does to the user.
package struct UserConfiguration: Sendable, Hashable {
    /// The machine's, like `/etc/gitconfig`.
    package var systemFile: FilePath?
    /// The user's first one, like `~/.config/git/config`.
    package var xdgFile: FilePath?
    /// The user's second one, like `~/.gitconfig`.
    package var globalFile: FilePath?
    /// What is ignored everywhere, unless `core.excludesFile` names another file.
    package var ignoreFile: FilePath?
    /// What `~` stands for.
    package var home: FilePath?

    /// Nothing but the repository's own configuration.
    package static let none = UserConfiguration()

    private init() {}

    /// Finds the files as git does.
    ///
    /// [git: FILES](https://git-scm.com/docs/git-config#FILES)
    package init(environment: [String: String], home: FilePath) {
        func path(_ variable: String) -> FilePath? {
            environment[variable].flatMap { $0.isEmpty ? nil : FilePath($0) }
        }
        let xdg = (path("XDG_CONFIG_HOME") ?? home.appending(".config")).appending("git")
        self.home = home
        ignoreFile = xdg.appending("ignore")
        let hasSystem = ["", "0", "false", "no", "off"].contains(environment["GIT_CONFIG_NOSYSTEM"]?.lowercased() ?? "")
        systemFile = hasSystem ? path("GIT_CONFIG_SYSTEM") ?? "/etc/gitconfig" : nil
        if let global = path("GIT_CONFIG_GLOBAL") {
            globalFile = global
        } else {
            xdgFile = xdg.appending("config")
            globalFile = home.appending(".gitconfig")
        }
    }

    /// The files that are there, with libgit2's level for each.
    var levels: [(level: git_config_level_t, file: FilePath)] {
        [
            (GIT_CONFIG_LEVEL_SYSTEM, systemFile), (GIT_CONFIG_LEVEL_XDG, xdgFile),
            (GIT_CONFIG_LEVEL_GLOBAL, globalFile),
        ].compactMap { level, file in
            file.flatMap { Self.isFile($0) ? (level, $0) : nil }
        }
    }

    /// The file of ignored files, from what `core.excludesFile` says.
    func excludesFile(configured: String?) -> FilePath? {
        guard let configured, !configured.isEmpty else { return ignoreFile.flatMap { Self.isFile($0) ? $0 : nil } }
        guard configured.hasPrefix("~/"), let home else { return FilePath(configured) }
        return home.pushing(FilePath(String(configured.dropFirst(2))))
    }

    private static func isFile(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
