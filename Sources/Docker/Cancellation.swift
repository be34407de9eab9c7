/// Runs a body to its end even if the current task is cancelled.
///
/// For removals: in a cancelled task every request fails at once, so what tidies up needs a task that is not.
package func withoutCancellation<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
    await Task { await body() }.value
}

/// Runs a throwing body to its end even if the current task is cancelled.
package func withoutCancellation<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await Task { try await body() }.value
}
