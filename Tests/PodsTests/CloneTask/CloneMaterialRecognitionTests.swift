import Git
import Testing

@testable import Pods

/// What is understood of the home and the certificates that a clone Task's workspaces bring.
struct CloneMaterialRecognitionTests {
    private static let bound = """
        [{name: sources, emptyDir: {}}, {name: login, secret: {secretName: a}}, {name: keys, secret: {secretName: b}}, \
        {name: ca, configMap: {name: c}}]
        """

    @Test func `what workspaces bring is found in the order of the script`() throws {
        let request = try CloneFixture.request(
            params: ["address": "git@git.example:sources.git"],
            workspaces: Self.bound
        )
        #expect(request.url.transport == .ssh)
        #expect(request.materials == ["login", "keys", "ca"])
        let home = "/home/fetcher"
        #expect(
            request.home == [
                .copy("login", [".git-credentials"], to: [".git-credentials"], home),
                .copy("login", [".gitconfig"], to: [".gitconfig"], home),
                HomeOperation(
                    action: .copy(
                        HomeOperation.Source(workspace: "keys", path: [], spelling: "/workspace/keys"),
                        to: HomeOperation.Target(path: [".ssh"], spelling: home + "/.ssh"),
                        isRecursive: true,
                        keepsModes: false,
                        followsLinks: false
                    ),
                    mayFail: false
                ),
                .mode(0o700, [".ssh"], home + "/.ssh"),
                .mode(0o400, [".ssh"], home + "/.ssh/*", isEach: true, isRecursive: true),
            ]
        )
        #expect(request.certificateFolder == .init(workspace: "ca", path: [], spelling: "/workspace/ca"))
        #expect(request.certificateFile == .init(workspace: "ca", path: ["ca.crt"], spelling: "/workspace/ca/ca.crt"))
    }

    @Test func `certificates without a file name are a folder only`() throws {
        let request = try CloneFixture.request(params: ["bundle": ""], workspaces: Self.bound)
        #expect(request.certificateFolder != nil)
        #expect(request.certificateFile == nil)
    }

    @Test(arguments: [
        ("cp -R \"$(workspaces.keys.path)\" \"${HOME}\"/.ssh", "cp -r $(workspaces.keys.path)/. ~/.ssh/"),
        ("cp -R \"$(workspaces.keys.path)\" \"${HOME}\"/.ssh", "mkdir -p ~/.ssh↵  cp -L /workspace/keys/* ~/.ssh"),
        ("chmod 700 \"${HOME}\"/.ssh", "chmod 0700 $HOME/.ssh || true"),
    ])
    func `other ways to fill the home are followed`(old: String, new: String) throws {
        let changed = try CloneFixture.changed(old, new)
        let request = try CloneFixture.request(task: changed, workspaces: Self.bound)
        #expect(request.home.count >= 5)
    }

    @Test(arguments: [
        ("\"${HOME}\"/.ssh↵  chmod", "/root/.ssh↵  chmod", "its script writes to /root/.ssh, which is not in its home"),
        ("cp -R ", "cp -v ", "its script does more than clone: cp -v … …"),
        ("chmod 700 ", "chmod u=rwx ", "its script does more than clone: chmod u=rwx …"),
    ])
    func `other places and options are left to the image`(old: String, new: String, reason: String) throws {
        let recognition = try CloneFixture.recognise(task: CloneFixture.changed(old, new), workspaces: Self.bound)
        #expect(recognition == .ownImage(reason: reason))
    }

    @Test(arguments: [
        (["HTTP_PROXY"], RemoteAccess.Proxies()),
        (["http_proxy"], RemoteAccess.Proxies(http: "p")),
        (["HTTPS_PROXY", "NO_PROXY"], RemoteAccess.Proxies(https: "p", excluded: "p")),
        (["https_proxy", "no_proxy"], RemoteAccess.Proxies(https: "p", excluded: "p")),
        (["ALL_PROXY"], RemoteAccess.Proxies(all: "p")),
    ])
    func `proxies are those that git reads`(names: [String], proxies: RemoteAccess.Proxies) throws {
        let exports = names.map { "export \($0)=p↵" }.joined()
        #expect(try CloneFixture.request(task: CloneFixture.changed("TARGET=", exports + "TARGET=")).proxies == proxies)
        let variables = names.map { "- {name: \($0), value: p}↵" }.joined()
        #expect(
            try CloneFixture.request(task: CloneFixture.changed("- {name: ROOM,", variables + "- {name: ROOM,")).proxies
                == proxies
        )
    }
}

extension HomeOperation {
    fileprivate static func copy(_ workspace: String, _ path: [String], to target: [String], _ home: String) -> Self {
        HomeOperation(
            action: .copy(
                Source(
                    workspace: workspace,
                    path: path,
                    spelling: (["/workspace", workspace] + path).joined(separator: "/")
                ),
                to: Target(path: target, spelling: ([home] + target).joined(separator: "/")),
                isRecursive: false,
                keepsModes: false,
                followsLinks: true
            ),
            mayFail: false
        )
    }

    fileprivate static func mode(
        _ mode: UInt32,
        _ target: [String],
        _ spelling: String,
        isEach: Bool = false,
        isRecursive: Bool = false
    ) -> Self {
        HomeOperation(
            action: .changeMode(
                mode,
                Target(path: target, isEach: isEach, spelling: spelling),
                isRecursive: isRecursive
            ),
            mayFail: false
        )
    }
}
