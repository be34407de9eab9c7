import Foundation

/// Runs work that blocks on a thread of its own, so that it never holds one of Swift's.
enum BlockingWork {
    /// Waits for the work, also when the current task is cancelled: what it does to files comes to an end.
    static func run<Value: Sendable>(
        named name: String,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: Result { try work() }) }
            thread.name = name
            // Folders are followed as deep as they go.
            thread.stackSize = 8 << 20
            thread.start()
        }
        return try result.get()
    }
}
