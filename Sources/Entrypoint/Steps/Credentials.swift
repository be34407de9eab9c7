import Glibc

/// The run's credentials for git and registries, which tools look for in the home of whoever a step runs as.
///
/// [Tekton: Authentication](https://tekton.dev/docs/pipelines/auth/)
struct Credentials {
    /// Where the host puts them.
    static let folder = "/tekton/creds"
    private static let names = [".docker", ".git-credentials", ".gitconfig", ".ssh"]

    let folder: String
    let home: String

    /// Copies what is there to the home; a home that takes nothing does not end the step.
    func copyToHome() {
        guard !home.isEmpty, home != folder else { return }
        for name in Self.names {
            do throws(SystemError) {
                try copy("\(folder)/\(name)", to: "\(home)/\(name)")
            } catch {
                Log.note("credentials cannot be copied: \(error)")
            }
        }
    }

    /// Copies a file, or the files of a folder, for their owner's eyes only.
    private func copy(_ source: String, to target: String) throws(SystemError) {
        var status = stat()
        guard stat(source, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard let content = try Files.read(source) else { return }
            let file = try Files.openForWriting(target, O_TRUNC)
            defer { close(file) }
            guard fchmod(file, 0o600) == 0 else { throw SystemError("set the mode of", target) }
            guard Files.writeAll(content[...], to: file) else { throw SystemError("write", target) }
            return
        }
        if mkdir(target, 0o700) != 0, errno != EEXIST { throw SystemError("make directory", target) }
        for name in Tree.names(in: source) { try copy("\(source)/\(name)", to: "\(target)/\(name)") }
    }
}
