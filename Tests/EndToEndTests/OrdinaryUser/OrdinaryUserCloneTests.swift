import Foundation
import SystemPackage
import TestSupport
import Testing

/// Clones of an ordinary user: over ssh, from this machine, and of the user's own repository.
@Suite(.needsEngine, .enabled(if: OrdinaryUser.isRoot, "only root can be somebody else"))
struct OrdinaryUserCloneTests {
    /// Clones and looks at what a later step of root's sees, in a claim that goes with the run.
    private static func manifest(_ url: String, keys: String) throws -> String {
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {generateName: cloned-}
        spec:
          pipelineSpec:
            workspaces: [{name: sources}, {name: keys, optional: true}]
            results: [{name: commit, value: $(tasks.fetch.results.commit)}]
            tasks:
              - name: fetch
                taskRef: {name: git-clone}
                params: [{name: url, value: "\(url)"}, {name: revision, value: main}]
                workspaces: [{name: output, workspace: sources}, {name: ssh-directory, workspace: keys}]
              - name: check
                runAfter: [fetch]
                workspaces: [{name: sources, workspace: sources}]
                taskSpec:
                  workspaces: [{name: sources}]
                  steps:
                    - name: s
                      image: \(Engine.image)
                      workingDir: $(workspaces.sources.path)
                      script: |
                        echo "owners $(find . ! -user 0 ! -name . | wc -l)"
                        sh check.sh
                        echo made > made
          workspaces:
            - name: sources
              volumeClaimTemplate:
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            \(keys)
        ---
        \(try CloneManifests.task())
        """
    }

    private func expectClone(of url: String, as commit: String, secret: [String: String]? = nil) async throws {
        try await OrdinaryUser.with { user in
            let keys = secret == nil ? "" : "- {name: keys, secret: {secretName: deploy-key}}"
            try user.write(try Self.manifest(url, keys: keys), to: "m.yaml")
            if let secret { try user.write(try CloneManifests.secret("deploy-key", secret), to: "secret.yaml") }
            let ended = try await user.run("run", "-f", ".", "-o", "json")
            #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
            #expect(ended.errors.contains("[check : s] owners 0\n[check : s] checked\n"), "\(ended.errors)")
            #expect(ended.output.contains(commit))
            try await user.expectNothingLeft()
        }
    }

    @Test func `a repository of this machine is cloned`() async throws {
        let repository = try SampleRepository()
        let commit = try repository.commit(["check.sh": .program("echo checked\n")])
        try await expectClone(of: "file://\(repository.path)", as: commit)
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no /usr/sbin/sshd here"))
    func `a repository is cloned over ssh, with the keys of a Secret`() async throws {
        let server = try SSHServer(hostKey: .rsa, clientKey: .rsa)
        let repository = try SampleRepository()
        let commit = try repository.commit(["check.sh": .program("echo checked\n")])
        let secret = ["id_rsa": try CloneManifests.key(for: server), "known_hosts": server.knownHost]
        try await expectClone(of: server.url(repository.path), as: commit, secret: secret)
    }

    @Test func `the working tree is taken, and the repository stays as it was`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let fixture = try SourceFixture(scratch: scratch)
            try fixture.writeCloneTask()
            try fixture.write(SourceFixture.pipeline, to: "tekton/pipeline.yaml")
            try fixture.write(SourceFixture.run, to: "tekton/run.yaml")
            try fixture.write("exit 1\n", to: "check.sh")
            try fixture.commit()
            try fixture.write("cat new.txt\n", to: "check.sh")
            try fixture.write("there\n", to: "new.txt")
            let user = try OrdinaryUser(scratch: scratch)
            let before = try fixture.everything()
            let ended = try await user.run("run", "--source", "worktree", "-f", "tekton")
            #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
            #expect(ended.output.contains("[test : check] there\n"))
            #expect(try fixture.everything() == before)
            let committed = try await user.run("run", "--source", "HEAD", "-f", "tekton")
            #expect(committed.status == 1, "\(committed.errors)")
            #expect(try fixture.everything() == before)
            try await user.expectNothingLeft()
        }
    }
}
