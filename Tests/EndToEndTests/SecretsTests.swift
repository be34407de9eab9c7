import Foundation
import Testing

/// Secrets from outside the manifests, as far as no engine is needed: nothing is started where one is missing.
struct SecretsTests {
    static let pipeline = """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: r
        spec:
          workspaces:
            - name: keys
              secret:
                secretName: ssh-key
          pipelineSpec:
            workspaces: [{name: keys}]
            tasks:
              - name: push
                workspaces: [{name: keys}]
                taskSpec:
                  workspaces: [{name: keys}]
                  volumes:
                    - name: config
                      secret:
                        secretName: docker
                        items: [{key: config.json, path: c}]
                    - name: perhaps
                      secret: {secretName: perhaps, optional: true}
                    - name: nowhere
                      secret: {secretName: unmounted}
                  steps:
                    - name: log-in
                      image: IMAGE
                      env:
                        - name: USER
                          valueFrom: {secretKeyRef: {name: registry-auth, key: username}}
                        - name: PASSWORD
                          valueFrom: {secretKeyRef: {name: registry-auth, key: password}}
                        - name: ELSE
                          valueFrom: {secretKeyRef: {name: other, key: k, optional: true}}
                      envFrom:
                        - secretRef: {name: more}
                      volumeMounts:
                        - {name: config, mountPath: /config}
                        - {name: perhaps, mountPath: /perhaps}
                      script: |
                        echo "user $USER password $PASSWORD more $MORE"
                        cat /config/c /workspace/keys/*
        """

    /// Runs a manifest with an engine that is not there: whoever gets as far as 69 had nothing to say about secrets.
    private func run(
        _ manifest: String,
        _ arguments: [String],
        files: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws -> Program.Ended {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(manifest, to: "m.yaml")
            for (name, text) in files {
                let path = program.directory.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: path)
            }
            let engine = ["DOCKER_HOST": "unix:///nowhere/docker.sock"]
            let ended = try await program.start(
                ["run", "-f", "m.yaml"] + arguments,
                environment: engine.merging(environment) { $1 }
            ).ended()
            let state = program.home.appending(path: ".local/state/drydock/runs")
            #expect(!FileManager.default.fileExists(atPath: state.path))
            return ended
        }
    }

    @Test func `all missing secrets are told at once, with where they are named and a flag for each`() async throws {
        let ended = try await run(Self.pipeline, [])
        #expect(ended.status == 77, "\(ended.errors)")
        for text in [
            "4 secrets are missing; nothing was started",
            "secret registry-auth (username, password), named by",
            "task push, step log-in, variable USER (m.yaml:",
            "--secret registry-auth/username=env:REGISTRY_AUTH_USERNAME "
                + "--secret registry-auth/password=env:REGISTRY_AUTH_PASSWORD",
            "task push, step log-in, envFrom (m.yaml:37)", "--secret more=file:DIRECTORY",
            "task push, volume config (m.yaml:20)", "--secret docker/config.json=env:DOCKER_CONFIG_JSON",
            "task push, workspace keys (m.yaml:9)", "--secret ssh-key=file:DIRECTORY",
        ] {
            #expect(ended.errors.contains(text), "\(text) in \(ended.errors)")
        }
        for name in ["perhaps", "other", "unmounted"] { #expect(!ended.errors.contains(name)) }
        #expect(ended.output == "")
    }

    @Test func `a key that a Secret lacks is missing, and the rest of it is not`() async throws {
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: registry-auth}
            stringData: {username: ada}
            ---

            """
        let ended = try await run(
            secret + Self.pipeline,
            ["--secret", "more=file:m.yaml", "--secret", "ssh-key=file:."]
        )
        #expect(ended.status == 77)
        #expect(ended.errors.contains("2 secrets are missing"), "\(ended.errors)")
        #expect(ended.errors.contains("secret registry-auth lacks (password)"))
        #expect(!ended.errors.contains("variable USER"))
    }

    @Test func `what is given is not missing`() async throws {
        let ended = try await run(
            Self.pipeline,
            [
                "--secret", "registry-auth/username=env:U", "--secret", "more/MORE=env:U", "--secret",
                "ssh-key=file:keys",
                "--secrets-file", "s.env",
            ],
            files: ["keys/id_rsa": "k", "s.env": "registry-auth/password='x y'\ndocker=\"{}\""],
            environment: ["U": "ada"]
        )
        #expect(ended.status == 69, "\(ended.errors)")
    }

    @Test func `a Secret of a task that may be skipped is not asked for`() async throws {
        let guarded = Self.pipeline.replacingOccurrences(
            of: "      - name: push\n",
            with: "      - name: push\n        when: [{input: \"a\", operator: in, values: [\"b\"]}]\n"
        )
        #expect(try await run(guarded, []).status == 69)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var files: [String: String] = [:]
        var status: Int32
        var says: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let mistakes = [
        Mistake(
            arguments: ["--secret", "registry-auth=hunter22"],
            status: 64,
            says: "not taken from the command line"
        ),
        Mistake(
            arguments: ["--secret", "registry-auth/password=hunter22"],
            status: 64,
            says: "registry-auth/password=env:"
        ),
        Mistake(arguments: ["--secret", "hunter22"], status: 64, says: "has no '='"),
        Mistake(arguments: ["--secret", "more=env:"], status: 64, says: "not the name of a variable"),
        Mistake(arguments: ["--secret", "more/M=env:UNSET"], status: 77, says: "variable UNSET is not set"),
        Mistake(arguments: ["--secret", "more/M=env:EMPTY"], status: 77, says: "variable EMPTY is empty"),
        Mistake(arguments: ["--secret", "more=env:U"], status: 64, says: "nothing tells the key"),
        Mistake(arguments: ["--secret", "registry-auth=env:U"], status: 64, says: "needs the keys password, username"),
        Mistake(arguments: ["--secret", "more=file:nowhere"], status: 66, says: "there is no file nowhere"),
        Mistake(
            arguments: ["--secret", "more/M=file:dir"],
            files: ["dir/a": "hunter22"],
            status: 64,
            says: "dir is a directory"
        ),
        Mistake(arguments: ["--secret", "more/M=prompt"], status: 77, says: "CI is set"),
        Mistake(arguments: ["--secrets-file", "nowhere"], status: 66, says: "there is no secrets file nowhere"),
        Mistake(
            arguments: ["--secrets-file", "s"],
            files: ["s": "more/M=\"hunter22"],
            status: 65,
            says: "secrets file s, line 1: the quote is never closed"
        ),
        Mistake(
            arguments: ["--secrets-file", "s"],
            files: ["s": "more=hunter22"],
            status: 65,
            says: "line 1: nothing tells the key of secret 'more'"
        ),
        Mistake(
            arguments: ["--secrets-file", "s"],
            files: ["s": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hunter22}\n"],
            status: 65,
            says: "holds a ConfigMap, and only Secrets"
        ),
        Mistake(
            arguments: ["--secrets-file", "s"],
            files: ["s": "apiVersion: v1\nkind: Secret\nmetadata: {name: more}\ndata: {M: hunter22!}\n"],
            status: 65,
            says: "key 'M' of Secret 'more' is not base64"
        ),
        Mistake(
            arguments: ["--secret", "more=file:big"],
            files: ["big": String(repeating: "hunter22", count: 140_000)],
            status: 65,
            says: "larger than a Secret can be"
        ),
    ]

    @Test(arguments: mistakes)
    func `a secret that cannot be taken is refused without its value`(_ mistake: Mistake) async throws {
        let ended = try await run(
            Self.pipeline,
            mistake.arguments,
            files: mistake.files,
            environment: ["U": "hunter22", "EMPTY": ""]
        )
        #expect(ended.status == mistake.status, "\(ended.errors)")
        #expect(ended.errors.contains(mistake.says), "\(ended.errors)")
        #expect(!ended.errors.contains("hunter22"))
        #expect(ended.output == "")
    }
}
