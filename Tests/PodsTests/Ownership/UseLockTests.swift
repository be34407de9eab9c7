import Foundation
import SystemPackage
import Testing

@testable import Pods

struct UseLockTests {
    private let folder: TemporaryFolder
    private var data: FilePath { folder.path.appending("data") }
    private var claim: ClaimPlace { ClaimPlace(dataDirectory: data, project: "p", namespace: "n", name: "c") }

    init() throws { folder = try TemporaryFolder() }

    @Test func `many share it, and nobody removes it meanwhile`() throws {
        let path = folder.path.appending("lock")
        let first = try #require(try UseLock.share(path, making: true))
        var second: UseLock? = try UseLock.share(path, making: true)
        #expect(second != nil)
        #expect(UseLock.takeAlone(path) == nil)
        second = nil
        #expect(UseLock.takeAlone(path) == nil)
        withExtendedLifetime(first) {}
    }

    @Test func `when all have let go it can be taken`() throws {
        let path = folder.path.appending("lock")
        var lock: UseLock? = try UseLock.share(path, making: true)
        #expect(lock != nil)
        lock = nil
        #expect(UseLock.takeAlone(path) != nil)
    }

    @Test func `what is not there is not made unless asked`() throws {
        let path = folder.path.appending("lock")
        #expect(try UseLock.share(path, making: false) == nil)
        #expect(UseLock.takeAlone(path) == nil)
        #expect(path.permissions == nil)
    }

    @Test func `a claim in use is not taken away`() throws {
        try folder.write("data/claims/p/n/c/file")
        var locks: ClaimLocks? = ClaimLocks()
        try locks?.use(claim)
        #expect(claim.isInUse)
        #expect(try claim.takeAway() == nil)
        #expect(claim.directory.appending("file").permissions != nil)
        locks = nil
        #expect(!claim.isInUse)
        let rest = try #require(try claim.takeAway())
        #expect(claim.directory.permissions == nil)
        #expect(rest.appending("file").permissions != nil)
        #expect(ClaimPlace.all(in: data).map(\.isRemoved) == [true])
    }

    @Test func `a claim can be used again after its removal`() throws {
        try folder.write("data/claims/p/n/c/file")
        _ = try claim.takeAway()
        let locks = ClaimLocks()
        try locks.use(claim)
        #expect(claim.isInUse)
        withExtendedLifetime(locks) {}
    }

    @Test func `a copy of the entrypoint that is in use stays`() throws {
        let state = folder.path.appending("state")
        try folder.write("state/bin/abc/entrypoint")
        let copy = try #require(EntrypointCopy.all(in: state).first)
        var use = try UseLock.share(copy.path, making: false)
        #expect(use != nil)
        #expect(try !copy.remove())
        use = nil
        #expect(try copy.remove())
        #expect(copy.folder.permissions == nil)
    }

    @Test func `a run is alive while its lock is held`() throws {
        let state = folder.path.appending("state")
        #expect(!OwnerLock.isHeld(runID: "r", stateDirectory: state))
        var lock: OwnerLock? = try OwnerLock(runID: "r", stateDirectory: state)
        #expect(OwnerLock.isHeld(runID: "r", stateDirectory: state))
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(!OwnerLock.isHeld(runID: "r", stateDirectory: state))
    }
}
