import Foundation
import Testing

extension Program {
    /// Waits until the log of a run tells that a step is under way.
    func untilAStepRuns() async throws {
        let runs = home.appending(path: ".local/state/drydock/runs")
        let limit = Date().addingTimeInterval(120)
        while Date() < limit {
            // What is not there yet is looked for again.
            let folders =
                (try? FileManager.default.contentsOfDirectory(at: runs, includingPropertiesForKeys: nil)) ?? []
            for folder in folders {
                let text = try? String(contentsOf: folder.appending(path: "events.jsonl"), encoding: .utf8)
                if text?.contains("stepStarted") == true { return }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the step did not start")
    }

    /// Waits until a file is there.
    func until(_ file: URL) async throws {
        let limit = Date().addingTimeInterval(120)
        while !FileManager.default.fileExists(atPath: file.path) {
            try #require(Date() < limit, "there is no \(file.path)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
