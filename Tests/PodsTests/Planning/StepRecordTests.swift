import Docker
import Foundation
import Planning
import Testing

@testable import Pods

@Suite struct `The state of a step` {
    private static let start = Date(timeIntervalSince1970: 1_000_000)
    private static let end = start.addingTimeInterval(5)
    private static let startedAt = #"{"key":"StartedAt","value":"1970-01-12T13:46:40.000Z","type":3}"#

    private func state(
        code: Int,
        facts: String = "",
        finished: Date? = Self.end,
        isOOMKilled: Bool = false,
        cancelledAt: Date? = nil
    ) throws -> ContainerState {
        let step = try PodFixture("steps: [{name: a, image: i}]").step()
        let message = "[\(Self.startedAt)\(facts.isEmpty ? "" : ",")\(facts)]"
        let record = StepRecord(
            message: TerminationMessage(parsing: Array(message.utf8)),
            finishedAt: finished,
            letsNextRun: code == 0
        )
        return record.state(
            of: step,
            exit: ContainerExit(code: code),
            isOOMKilled: isOOMKilled,
            cancelledAt: cancelledAt,
            now: Self.end.addingTimeInterval(60)
        )
    }

    @Test(arguments: [(0, "Completed"), (3, "Error")])
    func `follows the exit code`(_ row: (code: Int, reason: String)) throws {
        let state = try state(code: row.code)
        #expect(state.termination?.exitCode == row.code)
        #expect(state.termination?.reason == row.reason)
        #expect(state.terminationReason == row.reason)
        #expect(state.termination?.startedAt == Self.start)
        #expect(state.termination?.finishedAt == Self.end)
        #expect(state.container == "step-a")
    }

    @Test func `keeps the code of a failure that does not count`() throws {
        let state = try state(code: 0, facts: #"{"key":"ExitCode","value":"7","type":3}"#)
        #expect(state.termination?.exitCode == 7)
        #expect(state.terminationReason == "Continued")
    }

    @Test func `tells a step whose time was over`() throws {
        let state = try state(code: 1, facts: #"{"key":"Reason","value":"TimeoutExceeded","type":3}"#)
        #expect(state.terminationReason == "TimeoutExceeded")
    }

    @Test func `tells want of memory`() throws {
        #expect(try state(code: 137, finished: nil, isOOMKilled: true).termination?.reason == "OOMKilled")
    }

    @Test func `tells a step that was stopped, and one that had ended before`() throws {
        let cancelled = try state(code: 137, finished: nil, cancelledAt: Self.start.addingTimeInterval(1))
        #expect(cancelled.terminationReason == "TaskRunCancelled")
        #expect(cancelled.termination?.exitCode == 1)
        let earlier = try state(code: 3, cancelledAt: Self.end.addingTimeInterval(1))
        #expect(earlier.terminationReason == "Error")
        #expect(earlier.termination?.exitCode == 3)
        #expect(try state(code: 0, finished: nil, cancelledAt: Self.end).terminationReason == "Completed")
    }
}
