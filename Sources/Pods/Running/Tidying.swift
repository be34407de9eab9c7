import Synchronization

/// What is removed while the run goes on.
final class Tidying: Sendable {
    private let tasks = Mutex<[Task<Result<Void, any Error>, Never>]>([])

    /// Begins a piece of work that nothing cancels.
    func add(_ work: @escaping @Sendable () async -> Result<Void, any Error>) {
        let task = Task { await work() }
        tasks.withLock { $0.append(task) }
    }

    /// Waits for all that was begun.
    /// - Returns: The first failure, if there was one.
    func end() async -> Result<Void, any Error> {
        var result: Result<Void, any Error> = .success(())
        while let task = tasks.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            if case .failure = result { _ = await task.value } else { result = await task.value }
        }
        return result
    }
}
