import Runs
import Synchronization

/// What must not be shown of all that is said: empty until the manifests are read.
final class SecretMask: Sendable {
    private let masker = Mutex(Masker())

    func set(_ masker: Masker) { self.masker.withLock { $0 = masker } }

    func mask(_ text: String) -> String { masker.withLock { $0 }.mask(text) }
}

extension CommandFailure {
    /// The same failure without secrets.
    func masked(by mask: SecretMask) -> CommandFailure { CommandFailure(status, mask.mask(message)) }
}
