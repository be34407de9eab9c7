import Docker
import Foundation
import Glibc
import TestSupport
import Testing

/// What an ordinary user in the engine's group can do: everything that needs no root, and all files stay the user's.
@Suite(.needsEngine, .enabled(if: OrdinaryUser.isRoot, "only root can be somebody else"))
struct OrdinaryUserTests {
    @Test func `a sample runs, with steps of any user`() async throws {
        try await OrdinaryUser.with { user in
            let sample = Program.packageFolder.appending(path: "samples/params-and-results.yaml")
            let text = try String(contentsOf: sample, encoding: .utf8)
            try user.write(
                text.replacingOccurrences(of: "image: busybox", with: "image: \(Engine.image)"),
                to: "m.yaml"
            )
            let ended = try await user.run("run", "-f", "m.yaml", "-p", "who=Ada")
            #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
            #expect(ended.output.contains("[show : print] Hello, Ada\n"))
            try await user.expectNothingLeft()
        }
    }

    // MARK: - Workspaces

    /// Steps that make, remove, replace and take files, as root and as somebody else.
    static let writing = """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: write}
        spec:
          workspaces: [{name: copied}, {name: shared}, {name: login}]
          steps:
            - name: root
              image: \(Engine.image)
              script: |
                set -e
                cd $(workspaces.copied.path)
                rm kept; echo new > new
                cd $(workspaces.shared.path)
                rm kept gone; echo kept > kept; echo root > made
                mkdir -p deep/er; echo deep > deep/er/file; ln -s made link; chmod 700 deep
                chown 0:0 taken; chmod 600 taken
                [ "$(cat $(workspaces.login.path)/word)" = "a word that is hidden" ]
                cat $(workspaces.login.path)/word
            - name: other
              image: \(Engine.image)
              securityContext: {runAsUser: 1234, runAsGroup: 5678}
              script: |
                set -e
                echo other > $(workspaces.shared.path)/other
                echo other > $(workspaces.copied.path)/other
                cat $(workspaces.login.path)/word
            - name: last
              image: \(Engine.image)
              script: |
                cd $(workspaces.shared.path)
                while ! [ -e go ]; do sleep 0.1; done
                chown 0:0 .
        """

    /// A user with a manifest and two directories of files.
    private func withWriting(_ body: (OrdinaryUser) async throws -> Void) async throws {
        try await OrdinaryUser.with { user in
            try user.write(Self.writing, to: "m.yaml")
            for name in ["kept", "gone", "taken"] {
                for folder in ["copied", "shared"] { try user.write("\(name)\n", to: "\(folder)/\(name)") }
            }
            // The other user writes too.
            chmod(user.program.directory.appending(path: "shared").path, 0o777)
            try await body(user)
        }
    }

    private static let arguments = [
        "run", "-f", "m.yaml", "task/write", "-w", "name=copied,path=copied", "-w", "name=shared,path=shared,rw",
        "-w", "name=login,secret=login", "--secret", "login/word=env:WORD",
    ]
    private static let environment = ["WORD": "a word that is hidden"]

    private func contents(of folder: String, _ user: OrdinaryUser) throws -> [String: String] {
        let folder = user.program.directory.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let files = names.compactMap { name -> (String, String)? in
            // Folders have no text.
            guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8) else { return nil }
            return (name, text)
        }
        return Dictionary(uniqueKeysWithValues: files)
    }

    @Test func `what steps write through is the user's, a copy changes nothing, a secret is hidden`() async throws {
        try await withWriting { user in
            try user.write("", to: "shared/go")
            let ended = try await user.start(Self.arguments, environment: Self.environment).ended()
            #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
            #expect(ended.output.contains("[root] ***\n[other] ***\n"), "\(ended.output)")
            #expect(!(ended.output + ended.errors).contains("hidden"))
            #expect(
                try contents(of: "shared", user) == [
                    "kept": "kept\n", "made": "root\n", "deep/er/file": "deep\n", "link": "root\n", "taken": "taken\n",
                    "other": "other\n", "go": "",
                ]
            )
            #expect(
                try contents(of: "copied", user) == ["kept": "kept\n", "gone": "gone\n", "taken": "taken\n"]
            )
            try await user.expectNothingLeft()
        }
    }

    @Test func `what a kill left is swept and handed over by the next command`() async throws {
        try await withWriting { user in
            let started = try user.start(Self.arguments, environment: Self.environment)
            let sign = user.program.directory.appending(path: "shared/other")
            let limit = Date().addingTimeInterval(120)
            while Date() < limit, !FileManager.default.fileExists(atPath: sign.path), started.process.isRunning {
                try await Task.sleep(for: .milliseconds(50))
            }
            started.send(SIGKILL)
            _ = try await started.ended()
            let next = try await user.run("prune", "-y")
            #expect(next.status == 0, "\(next.errors)")
            try await user.expectNothingLeft()
            #expect(try contents(of: "shared", user)["other"] == "other\n")
        }
    }

    @Test func `a claim keeps what steps left in it, and goes with prune`() async throws {
        try await OrdinaryUser.with { user in
            let manifest = """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {generateName: t-}
                spec:
                  workspaces: [{name: w, persistentVolumeClaim: {claimName: lasting}}]
                  taskSpec:
                    workspaces: [{name: w}]
                    steps:
                      - name: s
                        image: \(Engine.image)
                        script: |
                          cd $(workspaces.w.path)
                          if [ -e d ]; then echo "again: $(stat -c %u d/file) $(cat d/file)"; fi
                          mkdir -p d; echo text > d/file; chmod 700 d; chown 4321:4321 d/file
                """
            try user.write(manifest, to: "m.yaml")
            for isAgain in [false, true] {
                let ended = try await user.run("run", "-f", "m.yaml")
                #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
                #expect(ended.output.contains("[s] again: 4321 text\n") == isAgain)
            }
            let pruned = try await user.run("prune", "--all", "-y")
            #expect(pruned.status == 0, "\(pruned.errors)")
            #expect(pruned.output.contains("1 claim"), "\(pruned.output)")
            try await user.expectNothingLeft()
        }
    }

    // MARK: - Images and the machine

    @Test func `images are listed, saved and loaded; the machine is looked at, and tidied`() async throws {
        try await Engine.withOwnImage { own in
            try await OrdinaryUser.with { user in
                let manifest = """
                    apiVersion: tekton.dev/v1
                    kind: TaskRun
                    metadata: {name: t}
                    spec: {taskSpec: {steps: [{name: s, image: "\(own)", script: "echo it ran"}]}}
                    """
                try user.write(manifest, to: "m.yaml")
                let listed = try await user.run("images", "list", "-f", "m.yaml", "-o", "name")
                #expect(listed.output == "\(own)\n", "\(listed.errors)")
                let saved = try await user.run("images", "save", "images.tar", "-f", "m.yaml")
                #expect(saved.status == 0, "\(saved.errors)")
                try await Engine.withClient { try await $0.removeImage(own) }
                let loaded = try await user.run("images", "load", "images.tar")
                #expect(loaded.status == 0, "\(loaded.errors)")
                let ran = try await user.run("run", "--offline", "-f", "m.yaml")
                #expect(ran.status == 0, "\(ran.errors)")
                #expect(ran.output.contains("it ran"))
                for command in [["doctor", "-f", "m.yaml"], ["df"], ["prune", "--older-than", "0s", "-y"]] {
                    let ended = try await user.start(command).ended()
                    #expect(ended.status == 0, "\(command): \(ended.errors)\n\(ended.output)")
                }
                try await user.expectNothingLeft()
            }
        }
    }
}
