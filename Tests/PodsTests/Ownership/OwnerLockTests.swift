import Foundation
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The lock of an owner` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `cannot be taken while its owner lives, and can afterwards`() throws {
        var lock: OwnerLock? = try OwnerLock(runID: "r", stateDirectory: folder.path)
        let path = try #require(lock?.path)
        #expect(OwnerLock.takeOver(path) == nil)
        lock = nil
        #expect(OwnerLock.takeOver(path) != nil)
    }

    @Test func `proves nothing where there is no file, and makes none`() throws {
        let path = folder.path.appending("none.lock")
        #expect(OwnerLock.takeOver(path) == nil)
        #expect(path.permissions == nil)
    }

    @Test func `is held although its file is removed, and a new run gets a new one`() throws {
        let first = try OwnerLock(runID: "r", stateDirectory: folder.path)
        first.removeFile()
        #expect(first.path.permissions == nil)
        let second = try OwnerLock(runID: "r", stateDirectory: folder.path)
        #expect(OwnerLock.takeOver(second.path) == nil)
        withExtendedLifetime(first) {}
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
