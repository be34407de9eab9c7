import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pods

/// The home of a clone Task's step, from credentials and from what its script copies.
struct HomeFolderTests {
    private let folder: SampleRepository
    private let keys: FilePath
    private let login: FilePath

    init() throws {
        folder = try SampleRepository()
        keys = try folder.makeFolder("keys")
        login = try folder.makeFolder("login")
    }

    private static let superuser = StepUser(user: 0, groups: [0])
    private static let nobody = StepUser(user: 65532, groups: [65532])
    private static let bound =
        "[{name: sources, emptyDir: {}}, {name: login, emptyDir: {}}, {name: keys, emptyDir: {}}]"

    private func write(_ text: String, _ file: FilePath, mode: Int = 0o644) throws {
        try text.write(toFile: file.string, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.string)
    }

    /// Lays out the home of a run whose script has a piece changed.
    private func home(
        _ old: String = "TARGET=",
        _ new: String = "TARGET=",
        workspaces: String = "[{name: sources, emptyDir: {}}, {name: keys, emptyDir: {}}]",
        user: StepUser = Self.superuser,
        credentials: [FilePath: String] = [:]
    ) throws -> HomeFolder {
        let task = CloneFixture.task.replacing(old, with: new)
        let request = try CloneFixture.request(task: task, workspaces: workspaces)
        var home = try HomeFolder(
            at: folder.folder.appending("home"),
            user: user,
            materials: [
                "keys": CloneMaterial(folder: keys, isMadeOfValues: false),
                "login": CloneMaterial(folder: login, isMadeOfValues: false),
            ],
            credentials: credentials.map { VolumeFile(path: $0.key, bytes: Array($0.value.utf8), mode: 0o600) }
        )
        for operation in request.home { try home.perform(operation) }
        return home
    }

    private func text(_ file: String, in home: HomeFolder) throws -> String {
        try String(contentsOfFile: home.path.pushing(FilePath(file)).string, encoding: .utf8)
    }

    private func names(_ home: HomeFolder) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: home.path.string).sorted()
    }

    @Test func `keys and passwords land where the script copies them, for this user's eyes only`() throws {
        for name in ["config", "id_rsa", "known_hosts", ".hidden"] { try write("\(name)\n", keys.appending(name)) }
        for name in [".gitconfig", ".git-credentials", "other"] { try write("\(name)\n", login.appending(name)) }
        let home = try home(workspaces: Self.bound)
        #expect(
            try names(home) == [
                ".git-credentials", ".gitconfig", ".ssh", ".ssh/.hidden", ".ssh/config", ".ssh/id_rsa",
                ".ssh/known_hosts",
            ]
        )
        #expect(try text(".ssh/id_rsa", in: home) == "id_rsa\n")
        for (name, mode) in [("", 0o700), (".ssh", 0o700), (".ssh/id_rsa", 0o600), (".gitconfig", 0o600)] {
            var status = stat()
            #expect(lstat(home.path.pushing(FilePath(name)).string, &status) == 0)
            #expect(Int(status.st_mode & 0o7777) == mode, "\(name)")
        }
    }

    @Test func `the account's credentials come first, and the script's copies over them`() throws {
        try write("[user]\n", login.appending(".gitconfig"))
        try write("https://a:b@git.example\n", login.appending(".git-credentials"))
        let home = try home(
            workspaces: "[{name: sources, emptyDir: {}}, {name: login, emptyDir: {}}]",
            credentials: [".gitconfig": "[credential]\n", ".ssh/config": "Host x\n", ".docker/config.json": "{}"]
        )
        #expect(try names(home) == [".git-credentials", ".gitconfig", ".ssh", ".ssh/config"])
        #expect(try text(".gitconfig", in: home) == "[user]\n")
    }

    @Test func `a folder that is there already takes the copy as a folder of its own, as cp does`() throws {
        try write("Host y\n", keys.appending("config"))
        let home = try home(credentials: [".ssh/config": "Host x\n"])
        #expect(try names(home) == [".ssh", ".ssh/config", ".ssh/keys", ".ssh/keys/config"])
        #expect(try text(".ssh/config", in: home) == "Host x\n")
    }

    @Test func `the content of a folder is merged where the script says so`() throws {
        try write("Host y\n", keys.appending("config"))
        let home = try home(
            "cp -R \"$(workspaces.keys.path)\" \"${HOME}\"/.ssh",
            "cp -R \"$(workspaces.keys.path)/.\" \"${HOME}\"/.ssh",
            credentials: [".ssh/config": "Host x\n", ".ssh/id_a": "A\n"]
        )
        #expect(try names(home) == [".ssh", ".ssh/config", ".ssh/id_a"])
        #expect(try text(".ssh/config", in: home) == "Host y\n")
    }

    @Test func `files are copied one by one, hidden ones not`() throws {
        for name in ["config", ".hidden"] { try write("x\n", keys.appending(name)) }
        let home = try home(
            "cp -R \"$(workspaces.keys.path)\" \"${HOME}\"/.ssh",
            "mkdir -p ~/.ssh; cp $(workspaces.keys.path)/* ~/.ssh/"
        )
        #expect(try names(home) == [".ssh", ".ssh/config"])
    }

    @Test func `an empty folder of keys fails the step, as chmod finds nothing`() throws {
        #expect(throws: HomeFolder.Failure.step("chmod: /home/fetcher/.ssh/*: No such file or directory")) {
            try home()
        }
    }

    @Test func `a file that is missing fails the step, as cp says`() throws {
        try write("x\n", login.appending(".git-credentials"))
        try write("x\n", keys.appending("config"))
        let cause = "cp: can't stat '/workspace/login/.gitconfig': No such file or directory"
        #expect(throws: HomeFolder.Failure.step(cause)) { try home(workspaces: Self.bound) }
    }

    @Test func `a failure that the script allows for is none`() throws {
        let home = try home("chmod -R 400 \"${HOME}\"/.ssh/*", "chmod -R 400 \"${HOME}\"/.ssh/* || true")
        #expect(try names(home) == [".ssh"])
    }

    @Test(arguments: [0o600, 0o640])
    func `a file that the step's user may not read fails the step`(mode: Int) throws {
        try write("x\n", keys.appending("id_rsa"), mode: mode)
        #expect(throws: HomeFolder.Failure.step("cp: can't open '/workspace/keys/id_rsa': Permission denied")) {
            try home(user: Self.nobody)
        }
    }

    @Test func `a Secret's files belong to root, or to the group that the Pod says`() throws {
        try write("x\n", keys.appending("id_rsa"), mode: 0o400)
        var material = CloneMaterial(folder: keys, isMadeOfValues: true)
        let file = try #require(try material.item(["id_rsa"], followsLast: true))
        #expect(!Self.nobody.mayRead(file.status))
        #expect(Self.superuser.mayRead(file.status))
        material.group = 65532
        let shared = try #require(try material.item(["id_rsa"], followsLast: true))
        #expect(Self.nobody.mayRead(shared.status))
    }

    @Test func `links of a Secret as a cluster mounts it lead to its files`() throws {
        let data = keys.appending("..data")
        try FileManager.default.createDirectory(atPath: data.string, withIntermediateDirectories: false)
        try write("KEY\n", data.appending("id_rsa"))
        try FileManager.default.createSymbolicLink(
            atPath: keys.appending("id_rsa").string,
            withDestinationPath: "..data/id_rsa"
        )
        let home = try home()
        #expect(try text(".ssh/id_rsa", in: home) == "KEY\n")
    }

    @Test(arguments: ["/etc/passwd", "../../../../etc/passwd", "inner/../../../../etc/passwd"])
    func `a link that leads out of the workspace is left to the image`(target: String) throws {
        try FileManager.default.createDirectory(
            atPath: keys.appending("inner").string,
            withIntermediateDirectories: false
        )
        try FileManager.default.createSymbolicLink(
            atPath: keys.appending("id_rsa").string,
            withDestinationPath: target
        )
        let reason = "the symbolic link /workspace/keys/id_rsa leads elsewhere"
        #expect(throws: HomeFolder.Failure.ownImage(reason)) { try home() }
        #expect(throws: CloneMaterial.Failure.self) {
            try CloneMaterial(folder: keys, isMadeOfValues: false).item(["id_rsa"], followsLast: true)
        }
    }

    @Test func `a key that others may read is found, as ssh would refuse it`() throws {
        let key = ["-----BEGIN OPENSSH", "PRIVATE KEY-----\n"].joined(separator: " ")
        try write(key, keys.appending("id_rsa"))
        #expect(try home().exposedKeys() == [])
        try FileManager.default.removeItem(atPath: folder.folder.appending("home").string)
        let exposed = try home("chmod -R 400 \"${HOME}\"/.ssh/*", "chmod 700 ~/.ssh").exposedKeys()
        #expect(exposed == [".ssh/id_rsa"])
    }
}
