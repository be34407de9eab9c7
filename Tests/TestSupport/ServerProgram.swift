import Foundation
import Synchronization
package import SystemPackage

/// A program that serves on this machine as long as the object lives.
package final class ServerProgram: Sendable {
    /// It ended before it said that it listens.
    package struct NotReady: Error {
        package var output: String
    }

    private let process = Process()
    private let text = Mutex("")

    /// What it said so far, on its standard error.
    package var output: String { text.withLock { $0 } }

    /// Starts it and waits until it says that it is ready.
    /// - Parameters:
    ///   - program: A path.
    ///   - arguments: Without its name.
    ///   - environment: Nil for that of the tests.
    ///   - sign: What it says on its standard error when it is ready.
    /// - Throws: `NotReady`, or that it cannot be started.
    package init(_ program: FilePath, _ arguments: [String], environment: [String: String]? = nil, ready sign: String)
        throws
    {
        process.executableURL = URL(filePath: program.string)
        process.arguments = arguments
        if let environment { process.environment = environment }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let reading = errors.fileHandleForReading
        while !output.contains(sign) {
            let data = reading.availableData
            guard !data.isEmpty else {
                process.waitUntilExit()
                throw NotReady(output: output)
            }
            text.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
        Thread { [weak self] in
            while true {
                let data = reading.availableData
                guard !data.isEmpty, let self else { return }
                self.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
        }.start()
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// Runs a program to its end.
    /// - Returns: What it printed.
    /// - Throws: `SampleRepository.Failure` if it fails.
    @discardableResult
    package static func run(_ words: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SampleRepository.Failure(arguments: words, output: output) }
        return output
    }

    /// Starts something on a free port, once more on another one where somebody else took it.
    static func onFreePort<Result>(_ start: (Int) throws -> Result) throws -> Result {
        for _ in 0..<5 {
            // Another program may take the port before it is used.
            do { return try start(try freePort()) } catch is NotReady {}
        }
        return try start(try freePort())
    }

    private static func freePort() throws -> Int {
        let (socket, port) = try Listener.open()
        close(socket)
        return port
    }
}

/// A socket that listens on a free port of this machine.
enum Listener {
    static func open(backlog: Int32 = 16) throws -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Errno(rawValue: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) + listen(socket, backlog) + getsockname(socket, pointer, &length)
            }
        }
        guard code == 0 else { throw Errno(rawValue: errno) }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }
}
