import Docker
import Foundation
import SystemPackage
import Testing

@testable import Pods

@Suite(.needsEngine) struct `A sweep` {
    private let folder: TemporaryFolder
    private var state: FilePath { folder.path.appending("state") }

    init() throws { folder = try TemporaryFolder() }

    @Test func `removes what has lost its owner, and touches nothing of one that lives`() async throws {
        try await Engine.prepareImage()
        var gone: OwnerLock? = try OwnerLock(runID: "gone", stateDirectory: state)
        let alive = try OwnerLock(runID: "alive", stateDirectory: state)
        let gonePath = try #require(gone?.path)
        for run in ["gone", "alive"] { try folder.write(FilePath("state/pods/\(run)/file")) }
        let program = try Engine.entrypoint
        try await Engine.withClient { docker in
            let orphan = try await container(docker, lock: gonePath, run: "gone")
            let owned = try await container(docker, lock: alive.path, run: "alive")
            let unknown = try await container(docker, lock: folder.path.appending("no-such.lock"), run: "unknown")
            let sweeper = Sweeper(docker: docker, stateDirectory: state, entrypoint: program)
            gone = nil
            try await sweeper.sweep()
            let left = try await docker.listContainers().map(\.id).filter { [orphan, owned, unknown].contains($0) }
            #expect(Set(left) == [owned, unknown])
            for id in left { try await docker.removeContainer(id) }
        }
        #expect(gonePath.permissions == nil)
        #expect(state.pushing("pods/gone").permissions == nil)
        #expect(alive.path.permissions != nil)
        #expect(state.pushing("pods/alive/file").permissions != nil)
    }

    @Test(.enabled(if: getuid() == 0, "only root may give files away"))
    func `hands over what a killed run had not`() async throws {
        try await Engine.prepareImage()
        // Its lock goes with it; its file stays.
        _ = try OwnerLock(runID: "gone", stateDirectory: state)
        let shared = folder.path.appending("shared")
        let old = try folder.write("shared/old")
        #expect(lchown(old.string, 99, 99) == 0)
        _ = try HandedOverDirectory(shared, user: 4321, group: 4322)
            .record(in: Sweeper.directory(ofRun: "gone", in: state))
        let new = try folder.write("shared/made/new")
        let program = try Engine.entrypoint
        try await Engine.withClient { docker in
            _ = try await Sweeper(docker: docker, stateDirectory: state, entrypoint: program).sweep()
        }
        #expect(fileStatus(new)?.st_uid == 4321 && fileStatus(new)?.st_gid == 4322)
        #expect(fileStatus(old)?.st_uid == 99)
        #expect(state.pushing("pods/gone").permissions == nil)
    }

    private func container(_ docker: DockerClient, lock: FilePath, run: String) async throws -> String {
        var configuration = ContainerConfiguration(image: Engine.image)
        configuration.labels = Sweeper.labels(runID: run, lock: lock)
        return try await docker.createContainer(configuration)
    }
}
