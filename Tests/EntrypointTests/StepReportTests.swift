import Foundation
import Testing

struct StepReportTests {
    private func makePipe(_ path: String) throws -> Int32 {
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        try #require(reader >= 0)
        return reader
    }

    private func readAll(_ descriptor: Int32) -> String {
        String(
            decoding: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readDataToEndOfFile(),
            as: UTF8.self
        )
    }

    @Test func `output goes into the pipes, and the exit code beside them`() throws {
        let step = try StepFolder()
        try step.folder.write("report/.keep", "")
        let output = try makePipe(step.folder.path("report/stdout"))
        let errors = try makePipe(step.folder.path("report/stderr"))
        let run = try step.run("echo hello; echo oops >&2; exit 3", ["-report_dir", step.folder.path("report")])
        #expect(run.exitCode() == 3)
        #expect(readAll(output) == "hello\n")
        #expect(readAll(errors) == "oops\n")
        #expect(try run.output().isEmpty && run.errors().isEmpty)
        #expect(try step.folder.text("report/exit") == "3")
    }

    @Test func `a pipe that nobody reads is left alone`() throws {
        let step = try StepFolder()
        try step.folder.write("report/.keep", "")
        try #require(mkfifo(step.folder.path("report/stdout"), 0o600) == 0)
        let run = try step.run("echo hello", ["-report_dir", step.folder.path("report")])
        #expect(run.exitCode() == 0)
        #expect(try run.output() == "hello\n")
        #expect(try step.folder.text("report/exit") == "0")
    }

    @Test func `a message that is too long is an exit code that is not the command's`() throws {
        let step = try StepFolder()
        try step.folder.write("report/.keep", "")
        let run = try step.run(
            "mkdir -p \(step.folder.path("run/0/status/results"))"
                + " && yes | head -c 5000 > \(step.folder.path("run/0/status/results/big"))",
            ["-report_dir", step.folder.path("report"), "-step_results", "big"]
        )
        #expect(run.exitCode() == 1)
        #expect(try step.folder.text("report/exit") == "1")
    }

    @Test(arguments: [(4000, false), (12_000, true)])
    func `results that do not fit into the message go beside it where that is asked for`(
        _ row: (size: Int, isReported: Bool)
    ) throws {
        let step = try StepFolder()
        try step.folder.write("report/.keep", "")
        let result = step.folder.path("run/0/status/results/big")
        let run = try step.run(
            "yes | head -c \(row.size) | tr -d '\\n' > \(result)",
            ["-report_dir", step.folder.path("report"), "-step_results", "big", "-report_large_results"]
        )
        #expect(run.exitCode() == 0)
        #expect(step.folder.exists("report/results") == row.isReported)
        #expect(try step.message().map(\.key) == (row.isReported ? [] : ["big"]) + ["StartedAt"])
        guard row.isReported else { return }
        let reported = try JSONDecoder().decode(
            [MessageEntry].self,
            from: Data(step.folder.text("report/results").utf8)
        )
        let text = String(repeating: "y", count: row.size / 2)
        #expect(reported == [MessageEntry(key: "big", value: text, type: 4)])
    }
}
