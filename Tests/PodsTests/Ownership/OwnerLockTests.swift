import Foundation
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The lock of an owner` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `cannot be taken while its owner lives, and can afterwards`() async throws {
        var lock: OwnerLock? = try OwnerLock(runID: "r", stateDirectory: folder.path)
        let path = try #require(lock?.path)
        try await #expect(OwnerLock.takeOver(path) == nil)
        #expect(OwnerLock.share(path) == nil)
        lock = nil
        try await #expect(OwnerLock.takeOver(path) != nil)
    }

    @Test func `proves nothing where there is no file, and makes none`() async throws {
        let path = folder.path.appending("none.lock")
        try await #expect(OwnerLock.takeOver(path) == nil)
        #expect(OwnerLock.share(path) == nil)
        #expect(path.permissions == nil)
    }

    @Test func `is held although its file is removed, and a new run gets a new one`() async throws {
        let first = try OwnerLock(runID: "r", stateDirectory: folder.path)
        first.removeFile()
        #expect(first.path.permissions == nil)
        let second = try OwnerLock(runID: "r", stateDirectory: folder.path)
        try await #expect(OwnerLock.takeOver(second.path) == nil)
        withExtendedLifetime(first) {}
    }

    @Test func `is shared by sweeps, and the one that wants it alone waits for them`() async throws {
        let path = try OwnerLock(runID: "r", stateDirectory: folder.path).path
        var sweeps = [OwnerLock.share(path), OwnerLock.share(path)]
        #expect(sweeps.allSatisfy { $0 != nil })
        #expect(!OwnerLock.isHeld(runID: "r", stateDirectory: folder.path))
        async let alone = OwnerLock.takeOver(path)
        for _ in 0..<2 {
            try await Task.sleep(for: .milliseconds(20))
            sweeps.removeLast()
        }
        let lock = try await alone
        #expect(lock != nil)
        #expect(OwnerLock.share(path) == nil)
    }

    @Test func `keeps its file where something is left that needs the proof`() throws {
        let lock = try OwnerLock(runID: "r", stateDirectory: folder.path)
        lock.keepFile()
        lock.removeFile()
        #expect(lock.path.permissions != nil)
    }

    @Test func `is for the caller's eyes only`() throws {
        let lock = try OwnerLock(runID: "r", stateDirectory: folder.path)
        #expect(lock.path.permissions == 0o600)
        #expect(lock.path.removingLastComponent().permissions == 0o700)
    }
}
