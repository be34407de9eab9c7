import Synchronization
import SystemPackage

/// The claims that a run uses: who would remove one of them finds it locked until the run is over.
final class ClaimLocks: Sendable {
    private let held = Mutex<[ClaimPlace: UseLock]>([:])

    /// Takes part in the use of a claim, once for the whole run.
    func use(_ claim: ClaimPlace) throws {
        try held.withLock { held in
            guard held[claim] == nil else { return }
            try HostFiles.makeDirectories(claim.lock.removingLastComponent(), mode: 0o700)
            held[claim] = try UseLock.share(claim.lock, making: true)
        }
    }
}
