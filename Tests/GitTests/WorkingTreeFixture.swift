import Foundation
import Git
import SystemPackage
import TestSupport

/// A repository with a working tree, as a developer has it, in a folder that goes with it.
final class UserTree: Sendable {
    let folder: FilePath
    var root: FilePath { folder.appending("app") }

    /// Makes it with one commit on `main` and the remote `origin`.
    init() throws {
        folder = FilePath(NSTemporaryDirectory()).appending("drydock-test-\(UUID().uuidString)").resolved
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        try SampleRepository.git(["init", "-q", "-b", "main", root.string])
        try git("remote", "add", "origin", "git@git.example:team/app.git")
        try write("README.md", "one\n")
        try write("src/main.txt", "main\n")
        try write("bin/tool", "#!/bin/sh\n", mode: 0o755)
        try write(".gitignore", "*.log\nbuild/\n")
        try FileManager.default.createSymbolicLink(
            atPath: root.appending("link").string,
            withDestinationPath: "src/main.txt"
        )
        try commit("First")
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-C", root.string] + arguments, date: "1600000000 +0000")
    }

    @discardableResult
    func commit(_ message: String) throws -> String {
        try git("add", "-A")
        try git("commit", "-q", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
        let file = root.pushing(FilePath(path))
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: file.string))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.string)
    }

    func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: root.pushing(FilePath(path)).string)
    }

    var destination: FilePath { folder.appending("out") }

    /// Clones as a Task would that asks for the remote.
    func clone(
        _ state: LocalSource.State,
        revision: String = "main",
        depth: Int = 1,
        submodules: Bool = false,
        configuration: UserConfiguration = .none,
        to folder: String = "out"
    ) async throws -> CloneResult {
        try await Cloner.clone(
            CloneRequest(
                url: RemoteURL("https://git.example/team/app.git"),
                revision: revision,
                destination: self.folder.appending(folder),
                depth: depth,
                includesSubmodules: submodules,
                source: LocalSource(root: root, state: state, configuration: configuration)
            )
        )
    }

    /// Runs git in what was cloned.
    func inClone(_ arguments: String..., folder: String = "out") throws -> String {
        try SampleRepository.git(["-C", self.folder.appending(folder).string] + arguments)
    }

    func cloned(_ path: String) throws -> String {
        try String(contentsOfFile: destination.pushing(FilePath(path)).string, encoding: .utf8)
    }

    /// Everything that is in the tree and its repository: kinds, modes, times and contents.
    func everything() throws -> [String: String] {
        var all: [String: String] = [:]
        for name in FileManager.default.enumerator(atPath: root.string)?.compactMap({ $0 as? String }) ?? [] {
            let path = root.pushing(FilePath(name)).string
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            var text = "\(status.st_mode) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
            switch status.st_mode & S_IFMT {
            case S_IFREG: text += try Data(contentsOf: URL(filePath: path)).base64EncodedString()
            case S_IFLNK: text += try FileManager.default.destinationOfSymbolicLink(atPath: path)
            default: break
            }
            all[name] = text
        }
        return all
    }
}

extension FilePath {
    fileprivate var resolved: FilePath {
        FilePath(URL(filePath: removingLastComponent().string).resolvingSymlinksInPath().path)
            .appending(lastComponent?.string ?? "")
    }
}

extension UserTree {
    /// Changes of every kind.
    func makeDirty() throws {
        try write("README.md", "two\n")
        try write("new/file.txt", "new\n")
        try write("new/tool", "#!/bin/sh\n", mode: 0o755)
        try write("trace.log", "ignored\n")
        try write("build/out", "ignored\n")
        try remove("src/main.txt")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: root.appending("bin/tool").string
        )
        try write("staged.txt", "staged\n")
        try git("add", "staged.txt")
    }
}
