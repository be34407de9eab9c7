import Foundation
import Git
import Manifests
import Planning
import SystemPackage
import Testing
import YAML

@testable import Pods

/// The clone Tasks of the conformance set, which lie outside the package.
///
/// The set is in the folder that `DRYDOCK_CONFORMANCE` names, else in `../shared/conformance` beside the package.
struct CatalogueTests {
    private static let folder: FilePath = {
        if let path = ProcessInfo.processInfo.environment["DRYDOCK_CONFORMANCE"] { return FilePath(path) }
        let package = (0..<4).reduce(FilePath(#filePath)) { path, _ in path.removingLastComponent() }
        return package.removingLastComponent().appending("shared").appending("conformance")
    }()

    private static var isThere: Bool {
        let isThere = FileManager.default.fileExists(atPath: folder.string)
        if !isThere { print("left out: the clone Tasks of the conformance set, there is no \(folder)") }
        return isThere
    }

    @Test(
        .enabled(if: isThere, "the conformance set is not there"),
        arguments: [
            "cases/catalog/git-clone-0.1.yaml", "cases/catalog/git-clone-0.2.yaml", "cases/catalog/git-clone-0.5.yaml",
            "cases/catalog/git-clone-0.6.yaml", "cases/catalog/git-clone-0.9.yaml",
            "fixtures/catalog/task/git-clone/0.7/git-clone.yaml", "fixtures/catalog/task/git-clone/0.8/git-clone.yaml",
            "fixtures/catalog/task/git-clone/0.9/git-clone.yaml", "fixtures/catalog/task/git-clone/0.10/git-clone.yaml",
            "seed/tekton/task/git-clone.yaml",
        ]
    )
    func `every version of the catalogue's clone Task is carried out`(file: String) throws {
        let (task, plan) = try Self.plan(file, params: ["url": "http://git.example/sources.git"])
        let recognition = CloneTask.recognise(plan)
        guard case .carriedOut(let request) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        let declared = plan.spec.results.map(\.name)
        #expect(Set(request.results.map(\.name)) == Set(declared))
        #expect(request.results.contains(.init(name: "commit", value: .commit, endsLine: false)))
        #expect(
            request.deletesExisting
                == (task.spec["params"]?.elements ?? []).contains { param in
                    param["name"]?.string == "deleteExisting" && param["default"]?.string == "true"
                }
        )
        #expect(request.mountPath == "/workspace/output")
    }

    /// The Task of a file, and a run of it.
    private static func plan(
        _ file: String,
        params: [String: String],
        workspaces: [String] = ["output"]
    ) throws -> (task: Document, plan: TaskRunPlan) {
        var loader = ManifestLoader()
        _ = try loader.load(path: folder.pushing(FilePath(file)))
        let task = try #require(loader.set.documents.first { $0.kind == "Task" })
        let values = params.sorted { $0.key < $1.key }.map { "{name: \($0.key), value: '\($0.value)'}" }
        let bindings = workspaces.map { "{name: \($0), emptyDir: {}}" }
        _ = loader.load(
            text: """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: a-run}
                spec:
                  taskRef: {name: \(task.metadata.name)}
                  params: [\(values.joined(separator: ", "))]
                  workspaces: [\(bindings.joined(separator: ", "))]
                """,
            file: "run.yaml"
        )
        let run = try #require(loader.set.documents.first { $0.kind == "TaskRun" && $0.metadata.name == "a-run" })
        return (task, try TaskRunPlanner.plan(run, task: task, manifests: loader.set, retry: 0).get())
    }

    @Test(
        .enabled(if: isThere, "the conformance set is not there"),
        arguments: [
            "cases/catalog/git-clone-0.5.yaml", "cases/catalog/git-clone-0.6.yaml", "cases/catalog/git-clone-0.9.yaml",
            "fixtures/catalog/task/git-clone/0.7/git-clone.yaml", "fixtures/catalog/task/git-clone/0.8/git-clone.yaml",
            "fixtures/catalog/task/git-clone/0.9/git-clone.yaml", "fixtures/catalog/task/git-clone/0.10/git-clone.yaml",
            "seed/tekton/task/git-clone.yaml",
        ]
    )
    func `every version that takes them finds keys, passwords, certificates and proxies`(file: String) throws {
        let params = [
            "url": "git@git.example:sources.git", "refspec": "+refs/heads/*:refs/heads/*", "revision": "main",
            "depth": "0", "sparseCheckoutDirectories": "docs,src", "subdirectory": "app", "userHome": "/home/somebody",
            "httpsProxy": "http://proxy.example:3128", "noProxy": "git.example", "sslVerify": "false",
        ]
        let workspaces = ["output", "ssh-directory", "basic-auth", "ssl-ca-directory"]
        let recognition = CloneTask.recognise(try Self.plan(file, params: params, workspaces: workspaces).plan)
        guard case .carriedOut(let request) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        #expect(request.materials == ["ssh-directory", "basic-auth", "ssl-ca-directory"])
        #expect(request.home.count == 7)
        #expect(request.homePath == "/home/somebody")
        #expect(request.certificateFolder?.spelling == "/workspace/ssl-ca-directory")
        #expect(request.proxies.https == "http://proxy.example:3128")
        #expect(request.proxies.excluded == "git.example")
        #expect(request.refspec == "+refs/heads/*:refs/heads/*")
        #expect(request.sparsePaths == ["docs", "src"])
        #expect(request.subdirectory == ["app"])
        #expect(request.depth == 0)
        #expect(!request.verifiesCertificates)
    }
}
