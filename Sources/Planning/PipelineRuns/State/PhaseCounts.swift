/// How many tasks stand how: kept up to date, so that a decision costs the same however many tasks there are.
struct PhaseCounts: Sendable {
    private(set) var waiting = 0
    private(set) var running = 0
    private(set) var succeeded = 0
    private(set) var failed = 0
    private(set) var ignored = 0
    private(set) var cancelled = 0
    private(set) var unresolvable = 0
    private(set) var skipped = 0
    private(set) var skippedByTimeout = 0

    mutating func change(_ phase: TaskPhase, by difference: Int) {
        switch phase {
        case .waiting: waiting += difference
        case .running: running += difference
        case .succeeded: succeeded += difference
        case .failed, .timedOut: failed += difference
        case .ignored: ignored += difference
        case .cancelled: cancelled += difference
        case .unresolvable: unresolvable += difference
        case .skipped(let reason):
            skipped += difference
            if reason.isTimeout { skippedByTimeout += difference }
        }
    }
}
