import Foundation
import SystemPackage

/// A private folder with what ssh needs of the step's home; it goes with the object.
///
/// ssh takes only keys that nobody else may read; it sees copies, and writes what it learns of hosts to a copy.
final class SSHFolder {
    let path: FilePath
    private let home: StepHome

    init(_ home: StepHome, _ configuration: SSHConfiguration) throws(GitError) {
        path = FilePath(NSTemporaryDirectory()).appending("drydock-ssh-\(UUID().uuidString)")
        self.home = home
        do {
            try Self.makeFolder(path)
            try copy(".ssh", into: path.appending("home"))
            for place in configuration.places { try copy(place, into: path.appending("home")) }
            // A percent sign in the name would be a token to ssh.
            let name = path.string.replacing("%", with: "%%")
            for file in configuration.files {
                let text = file.text.replacing(SSHConfiguration.folderMark, with: name)
                try Self.write(Data(text.utf8), to: path.appending(file.name))
            }
        } catch {
            removeTree(path)
            throw .failed(action: "setting up ssh in", subject: path.string, message: "\(error)")
        }
    }

    deinit { removeTree(path) }

    /// The keys that ssh tries if its configuration names none.
    ///
    /// `ssh(1)`, `-i`
    var defaultKeys: [FilePath] {
        ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"]
            .map { path.pushing("home/.ssh").appending($0) }
            .filter { access($0.string, F_OK) == 0 }
    }

    /// Copies a file or a folder of the home; links that lead out of it are left out.
    private func copy(_ place: FilePath, into root: FilePath) throws {
        guard let file = home.file(place) else {
            if place == ".ssh" { try Self.makeFolder(root.appending(place.components)) }
            return
        }
        let target = root.appending(place.components)
        var status = stat()
        guard stat(file.string, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try Self.makeFolder(target)
            for name in try FileManager.default.contentsOfDirectory(atPath: file.string) {
                try copy(place.appending(name), into: root)
            }
        case S_IFREG:
            try Self.makeFolder(target.removingLastComponent())
            try Self.write(try Data(contentsOf: URL(filePath: file.string)), to: target)
        default: break
        }
    }

    private static func makeFolder(_ path: FilePath) throws {
        try FileManager.default.createDirectory(
            atPath: path.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    private static func write(_ data: Data, to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { _ = try file.writeAll(data) }
    }
}
