import Foundation
import SystemPackage
import Runs
import Synchronization
import Testing

@testable import Pods

struct StepPipesTests {
    private let folder: TemporaryFolder
    private let pipes: StepPipes

    /// What came, by stream.
    private final class Received: Sendable {
        private let bytes = Mutex<[Runs.OutputStream: [UInt8]]>([:])

        subscript(stream: Runs.OutputStream) -> String {
            bytes.withLock { String(decoding: $0[stream] ?? [], as: UTF8.self) }
        }

        func take(_ stream: Runs.OutputStream, _ more: UnsafeRawBufferPointer) {
            bytes.withLock { $0[stream, default: []] += more }
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["stdout", "stderr"] { try HostFiles.makePipe(folder.path.appending(name)) }
        pipes = try StepPipes(folder.path)
    }

    private func run(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "exec > stdout 2> stderr; \(script)"]
        process.currentDirectoryURL = URL(filePath: folder.path.string)
        try process.run()
    }

    @Test func `everything comes, also a last line without its end, and then the end`() async throws {
        let received = Received()
        pipes.read { received.take($0, $1) }
        try run("echo one; echo two >&2; printf three; printf 0 > exit")
        await pipes.ended.wait()
        #expect(received[.stdout] == "one\nthree")
        #expect(received[.stderr] == "two\n")
        #expect(pipes.wereUsed)
        #expect(try pipes.exitCode() == 0)
    }

    @Test func `a receiver that is slow loses nothing`() async throws {
        let received = Received()
        let blocked = DispatchSemaphore(value: 0)
        try run("i=0; while [ $i -lt 20000 ]; do echo \"line $i of many that are written\"; i=$((i+1)); done")
        pipes.read { stream, bytes in
            // Not before all that fits has been written.
            blocked.wait()
            blocked.signal()
            received.take(stream, bytes)
        }
        blocked.signal()
        await pipes.ended.wait()
        let lines = received[.stdout].split(separator: "\n")
        #expect(lines == (0..<20_000).map { "line \($0) of many that are written" })
    }

    @Test func `pipes that no writer ever opened end when they are told to`() async throws {
        pipes.read { _, _ in }
        pipes.finish()
        await pipes.ended.wait()
        #expect(!pipes.wereUsed)
        #expect(try pipes.exitCode() == nil)
    }
}
