import Foundation
import Manifests
import Planning
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The credentials of a ServiceAccount` {
    private static let account = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot}
        secrets: [{name: git}, {name: key}, {name: hub}, {name: more}]
        ---

        """
    private static let secrets = """
        apiVersion: v1
        kind: Secret
        metadata: {name: git, annotations: {tekton.dev/git-0: https://git.example}}
        type: kubernetes.io/basic-auth
        stringData: {username: ada, password: "p@ss/word"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: key, annotations: {tekton.dev/git-0: "ssh.example:2222"}}
        type: kubernetes.io/ssh-auth
        stringData: {ssh-privatekey: KEY, known_hosts: "ssh.example ssh-rsa AAA"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: hub, annotations: {tekton.dev/docker-0: https://hub.example}}
        type: kubernetes.io/basic-auth
        stringData: {username: ada, password: pw}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: more}
        type: kubernetes.io/dockerconfigjson
        stringData: {.dockerconfigjson: '{"auths": {"more.example": {"auth": "YTpi"}, "https://hub.example": {"auth": "no"}}}'}
        """

    private func files(_ others: String, account: String = "robot") throws -> [FilePath: String] {
        let pod = try PodFixture(
            "steps: [{name: a, image: i}]",
            run: "serviceAccountName: \(account)",
            others: others
        ).pod()
        return Dictionary(
            uniqueKeysWithValues: pod.credentials.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
        )
    }

    @Test func `become the files that git and ssh read`() throws {
        let files = try files(Self.account + Self.secrets)
        #expect(
            files[".gitconfig"]
                == "[credential]\n\thelper = store\n[credential \"https://git.example\"]\n\tusername = ada\n"
        )
        #expect(files[".git-credentials"] == "https://ada:p%40ss%2Fword@git.example\n")
        #expect(files[".ssh/id_key"] == "KEY\n")
        #expect(files[".ssh/known_hosts"] == "ssh.example ssh-rsa AAA\n")
        #expect(
            files[".ssh/config"] == """
                Host ssh.example
                    HostName ssh.example
                    Port 2222
                    IdentityFile /tekton/creds/.ssh/id_key

                """
        )
    }

    @Test func `become one configuration of registries, in which what names its registry wins`() throws {
        let text = try #require(try files(Self.account + Self.secrets)[".docker/config.json"])
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [String: [String: String]]]
        #expect(object?["auths"]?["more.example"]?["auth"] == "YTpi")
        #expect(object?["auths"]?["https://hub.example"]?["auth"] == Data("ada:pw".utf8).base64EncodedString())
    }

    @Test func `are only those of the run's account`() throws {
        #expect(try files(Self.account + Self.secrets, account: "other").isEmpty)
        #expect(try files(Self.secrets).isEmpty)
    }

    @Test(arguments: [
        ("taskSpec: {steps: [{name: a, image: i}]}", "invalid TaskSpec"),
        ("taskRef: {name: known}", "missing or invalid Task shop/known"),
    ])
    func `a Secret that is not there fails the run as in Tekton`(reference: String, guess: String) throws {
        let text = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: build, namespace: shop}
            spec:
              serviceAccountName: robot
              \(reference)
            ---
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: known, namespace: shop}
            spec: {steps: [{name: a, image: i}]}
            ---
            \(Self.account.replacing("{name: git}", with: "{name: absent}"))
            """
        var loader = ManifestLoader(defaultNamespace: "shop")
        #expect(loader.load(text: text, file: "run.yaml").map(\.message) == [])
        let run = try #require(loader.set.all(kind: "TaskRun").first)
        let plan = try TaskRunPlanner.plan(run, task: nil, manifests: loader.set, retry: 0).get()
        let cause = "failed to create task run pod \"build\": translating TaskSpec to Pod: secrets \"absent\" not found"
        #expect(throws: Refusal(reason: "PodCreationFailed", message: "\(cause). Maybe \(guess)")) {
            _ = try RunCredentials(of: plan, manifests: loader.set)
        }
    }

    @Test func `are only those that say what they are for`() throws {
        let secrets = Self.secrets.replacing("tekton.dev/", with: "example.dev/")
        #expect(try files(Self.account + secrets).keys.sorted { $0.string < $1.string } == [".docker/config.json"])
    }
}
