import Foundation
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
        var loader = ManifestLoader()
        _ = try loader.load(path: Self.folder.pushing(FilePath(file)))
        let task = try #require(loader.set.documents.first { $0.kind == "Task" })
        _ = loader.load(
            text: """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: a-run}
                spec:
                  taskRef: {name: \(task.metadata.name)}
                  params: [{name: url, value: "http://git.example/sources.git"}]
                  workspaces: [{name: output, emptyDir: {}}]
                """,
            file: "run.yaml"
        )
        let run = try #require(loader.set.documents.first { $0.kind == "TaskRun" && $0.metadata.name == "a-run" })
        let plan = try TaskRunPlanner.plan(run, task: task, manifests: loader.set, retry: 0).get()
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
}
