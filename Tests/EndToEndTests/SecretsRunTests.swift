import Foundation
import Testing

/// Secrets from outside in whole runs.
@Suite(.needsEngine)
struct SecretsRunTests {
    private static let values = [
        "s3cr3t-of-ada!", "open/sesame+1", "-----BEGIN KEY-----\nMIIabcdef0123\n-----END KEY-----",
    ]

    private func run(
        _ manifest: String,
        _ arguments: [String],
        check: (Program.Ended, _ stored: String) throws -> Void
    ) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(manifest.replacingOccurrences(of: "IMAGE", with: Engine.image), to: "m.yaml")
            let outside = scratch.appending(path: "outside")
            let keys = outside.appending(path: "keys")
            try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
            try Data(Self.values[2].utf8).write(to: keys.appending(path: "id_rsa"))
            try Data("more/MORE='\(Self.values[1])'\n".utf8).write(to: outside.appending(path: "s.env"))
            let document = """
                apiVersion: v1
                kind: Secret
                metadata: {name: docker}
                stringData: {config.json: '{"auths":{"r":{"auth":"YWRhOnRva2VuLW9mLWFkYQ=="}}}'}
                """
            try Data(document.utf8).write(to: outside.appending(path: "s.yaml"))
            let ended = try await program.start(
                ["run", "-f", "m.yaml"] + arguments,
                environment: ["ADA": Self.values[0]]
            ).ended()
            try check(ended, stored(in: program.home))
        }
    }

    /// All that drydock keeps, as one text.
    private func stored(in home: URL) throws -> String {
        let files = FileManager.default.enumerator(at: home, includingPropertiesForKeys: nil)
        // Folders and sockets cannot be read.
        return (files?.compactMap { $0 as? URL } ?? []).compactMap { try? String(contentsOf: $0, encoding: .utf8) }
            .joined()
    }

    private static let given = [
        "--secret", "registry-auth/username=env:ADA", "--secret", "registry-auth/password=env:ADA", "--secret",
        "ssh-key=file:../outside/keys", "--secrets-file", "../outside/s.env", "--secrets-file", "../outside/s.yaml",
    ]

    @Test func `steps get what was given from outside, and the first lines say from where`() async throws {
        let mounted = SecretsTests.pipeline.replacingOccurrences(
            of: "secret: {secretName: unmounted}",
            with: "emptyDir: {}"
        )
        let manifest = mounted.replacingOccurrences(
            of: #"echo "user $USER password $PASSWORD more $MORE""#,
            with: """
                [ "$USER" = '\(Self.values[0])' ] && [ "$MORE" = '\(Self.values[1])' ]
                                        [ "$(tail -n 1 /workspace/keys/id_rsa)" = '-----END KEY-----' ]
                """
        )
        try await run(manifest, Self.given) { ended, _ in
            #expect(ended.status == 0, "\(ended.errors) \(ended.output)")
            #expect(ended.errors.contains("Needs    secret registry-auth (password, username): from env ADA\n"))
            #expect(ended.errors.contains("Needs    secret more (MORE): from ../outside/s.env:1\n"))
            #expect(ended.errors.contains("Needs    secret docker (config.json): from ../outside/s.yaml:1\n"))
            #expect(ended.errors.contains("Needs    secret ssh-key (id_rsa): from file ../outside/keys\n"))
        }
    }

    @Test(arguments: [[], ["-o", "json"], ["-o", "yaml"]])
    func `no value is shown, however a step writes it`(_ format: [String]) async throws {
        let manifest = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t, annotations: {note: "s3cr3t-of-ada!"}}
            spec:
              params: [{name: p, value: "s3cr3t-of-ada!"}]
              workspaces: [{name: keys, secret: {secretName: ssh-key}}, {name: docker, secret: {secretName: docker}}]
              taskSpec:
                params: [{name: p}]
                workspaces: [{name: keys}, {name: docker}]
                results: [{name: leak}, {name: list, type: array}]
                steps:
                  - name: tell
                    image: IMAGE
                    env:
                      - {name: ADA, valueFrom: {secretKeyRef: {name: registry-auth, key: password}}}
                      - {name: MORE, valueFrom: {secretKeyRef: {name: more, key: MORE}}}
                    script: |
                      echo "plain $ADA $MORE $(params.p)"
                      printf '%.5s' "$ADA"; printf '%s\\n' "${ADA#?????}"
                      printf 'x%s' "$ADA$MORE" | base64
                      echo 'url open%2Fsesame%2B1 open%2fsesame%2b1'
                      cat /workspace/keys/id_rsa; echo
                      head -c 300 /dev/zero | tr '\\0' x >/tmp/x; cat /tmp/x /workspace/keys/id_rsa | base64 -w 76
                      cat /workspace/docker/config.json; echo ' token-of-ada'
                      printf 'in a result: %s' "$ADA" > $(results.leak.path)
                      printf '["%s"]' "$MORE" > $(results.list.path)
                      printf 'without an end %s' "$ADA" >&2
                      exit 1
            """
        try await run(manifest, format + Self.given) { ended, stored in
            #expect(ended.status == 1, "\(ended.errors)")
            let log = format.isEmpty ? ended.output : ended.errors
            #expect(log.contains("plain *** *** ***"), "\(log)")
            #expect(log.contains("url *** ***"))
            #expect(log.contains("without an end ***"))
            #expect(stored.contains("without an end ***"))
            let forbidden = [
                "s3cr3t", "of-ada", "sesame", "MIIabc", "BEGIN KEY", "czNjcjN0", "TUlJYWJj", "YWRhOnRva2Vu",
                "token-of",
            ]
            for text in [ended.output, ended.errors, stored] {
                for word in forbidden { #expect(!text.contains(word), "\(word) in \(text)") }
            }
            guard format.last == "json" else { return }
            let results = (try ended.objects().first?["status"] as? [String: Any])?["results"] as? [[String: Any]]
            #expect(results?.first?["value"] as? String == "in a result: ***")
        }
    }

    @Test func `a value from outside replaces that of a manifest, and both stay hidden`() async throws {
        let manifest = """
            apiVersion: v1
            kind: Secret
            metadata: {name: registry-auth}
            stringData: {username: grace, password: a-dummy-password, pin: "12"}
            ---
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t}
            spec:
              taskSpec:
                steps:
                  - name: tell
                    image: IMAGE
                    envFrom: [{secretRef: {name: registry-auth}}]
                    script: |
                      echo "a-dummy-password and $username"
                      [ "$password" = 's3cr3t-of-ada!' ]
            """
        try await run(manifest, ["--secret", "registry-auth/password=env:ADA"]) { ended, _ in
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("*** and ***"))
            let needs = "Needs    secret registry-auth (password, pin, username): from env ADA, m.yaml:1\n"
            #expect(ended.errors.contains(needs), "\(ended.errors)")
            #expect(ended.errors.contains("secret registry-auth: pin has fewer than 3 characters and is not hidden"))
        }
    }

    @Test func `an error of the engine shows no value`() async throws {
        let manifest = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t}
            spec:
              taskSpec:
                steps:
                  - name: tell
                    image: "drydock.invalid/s3cr3t-of-ada!:x"
                    imagePullPolicy: Never
                    env: [{name: ADA, valueFrom: {secretKeyRef: {name: registry-auth, key: password}}}]
                    script: "true"
            """
        try await run(manifest, ["--secret", "registry-auth=env:ADA"]) { ended, stored in
            #expect(ended.status == 1, "\(ended.errors)")
            #expect(ended.output.contains("drydock.invalid/***:x"))
            for text in [ended.output, ended.errors, stored] { #expect(!text.contains("s3cr3t")) }
        }
    }
}
