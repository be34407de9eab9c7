import Foundation
import TestSupport

/// A developer's repository in a program's working directory.
struct SourceFixture {
    let program: Program

    init(scratch: URL) throws {
        program = try Program(scratch: scratch)
        try git("init", "-q", "-b", "main")
        try git("remote", "add", "origin", "git@git.example:team/app.git")
    }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-C", program.directory.path] + arguments, date: "1600000000 +0000")
    }

    func write(_ text: String, to name: String) throws {
        let file = program.directory.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }

    @discardableResult
    func commit() throws -> String {
        try git("add", "-A")
        try git("commit", "-q", "-m", "Change files")
        return try git("rev-parse", "HEAD")
    }

    /// Every file of the repository, with what is in it and when it was written.
    func everything() throws -> [String: String] {
        var all: [String: String] = [:]
        let root = program.directory
        for name in FileManager.default.enumerator(atPath: root.path)?.compactMap({ $0 as? String }) ?? [] {
            let path = root.appending(path: name).path
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let content = status.st_mode & S_IFMT == S_IFREG ? try Data(contentsOf: URL(filePath: path)) : Data()
            all[name] =
                "\(status.st_mode) \(status.st_uid) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
                + content.base64EncodedString()
        }
        return all
    }

    // MARK: - Manifests

    /// The sample's Task that clones, in the form of the catalog.
    func writeCloneTask() throws {
        let sample = Program.packageFolder.appending(path: "samples/course/git-clone.yaml")
        try write(try String(contentsOf: sample, encoding: .utf8), to: "tekton/git-clone.yaml")
    }

    /// A Pipeline that clones and then runs `check.sh` of what it cloned.
    static let pipeline = """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata:
          name: check
        spec:
          params:
            - name: git_url
            - {name: revision, default: main}
          workspaces:
            - name: source
          results:
            - {name: commit, value: $(tasks.clone.results.commit)}
          tasks:
            - name: clone
              taskRef: {name: git-clone}
              params:
                - {name: url, value: $(params.git_url)}
                - {name: revision, value: $(params.revision)}
              workspaces: [{name: output, workspace: source}]
            - name: test
              runAfter: [clone]
              workspaces: [{name: source, workspace: source}]
              taskSpec:
                workspaces: [{name: source}]
                steps:
                  - name: check
                    image: \(Engine.image)
                    workingDir: $(workspaces.source.path)
                    script: sh check.sh
        """

    /// What starts it.
    static let run = """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          generateName: check-
        spec:
          pipelineRef: {name: check}
          params:
            - {name: git_url, value: "https://git.example/team/app.git"}
          workspaces:
            - name: source
              volumeClaimTemplate:
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
        """

    /// What a delivery would make it start with.
    static let template = """
        apiVersion: triggers.tekton.dev/v1beta1
        kind: TriggerTemplate
        metadata:
          name: push
        spec:
          params:
            - name: repository-url
            - {name: branch, default: main}
            - name: unused
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata:
                generateName: push-
              spec:
                pipelineRef: {name: check}
                params:
                  - {name: git_url, value: $(tt.params.repository-url)}
                  - {name: revision, value: $(tt.params.branch)}
                workspaces:
                  - {name: source, persistentVolumeClaim: {claimName: sources}}
        """
}
