import Foundation
import Testing

/// Runs that are ended at random moments, in a few rounds; `scripts/chaos` goes on for as long as one likes.
@Suite(.needsEngine, .needsPython)
struct ChaosTests {
    @Test(.timeLimit(.minutes(10)))
    func `whatever ends a run, the next command leaves everything as it was`() async throws {
        let process = Process()
        process.executableURL = Program.packageFolder.appending(path: "scripts/chaos")
        process.arguments = ["--drydock", Program.executable.path, "-n", "10"]
        let started = Started(process: process)
        process.standardOutput = started.output
        process.standardError = started.errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let ended = try await started.ended()
        #expect(ended.status == 0, "\(ended.output)\n\(ended.errors)")
        #expect(ended.output.contains("10 rounds of seed"), "\(ended.output)\n\(ended.errors)")
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, by name, where there is no Python to run a script with.
    fileprivate static var needsPython: Self {
        let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
        let isThere = folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
        return .enabled(if: isThere, "no python3 here")
    }
}
