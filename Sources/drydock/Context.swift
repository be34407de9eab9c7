import Foundation
import Pods
import SystemPackage

/// What a command may use of the world: nothing else reads the environment or prints.
struct Context: Sendable {
    var output: OutputFile
    var errors: OutputFile
    var environment: [String: String]
    var directories: Directories
    /// What is hidden in all that is said.
    let secretMask = SecretMask()

    /// That of this process.
    static let current = Context(environment: variables)

    /// The environment that this process was started with; an entry without `=` is none.
    private static var variables: [String: String] {
        guard let text = try? HostFiles.read("/proc/self/environ", limit: 1 << 24) else {
            return ProcessInfo.processInfo.environment
        }
        var variables: [String: String] = [:]
        for entry in text.split(separator: 0) {
            guard let end = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<end], as: UTF8.self)
            // Of a name that stands twice the first counts, as for the C library.
            if variables[name] == nil { variables[name] = String(decoding: entry[(end + 1)...], as: UTF8.self) }
        }
        return variables
    }

    private init(environment: [String: String]) {
        output = OutputFile(.standardOutput)
        errors = OutputFile(.standardError)
        self.environment = environment
        directories = Directories(environment: environment)
    }

    /// Tells the user something that is not data.
    func say(_ line: String) { errors.write(secretMask.mask(line) + "\n") }

    /// Whether the human view may move the cursor.
    var isInteractive: Bool {
        output.isTerminal && environment["TERM"] != "dumb" && environment["CI", default: ""].isEmpty
    }
}

/// The folders that drydock keeps things in.
struct Directories: Sendable {
    var home: FilePath
    /// Runs and locks.
    var state: FilePath
    /// Lasting claims.
    var data: FilePath
    /// What can be fetched again.
    var cache: FilePath

    /// Follows the XDG base directory specification.
    init(environment: [String: String]) {
        let home = FilePath(environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory())
        func directory(_ variable: String, _ fallback: String) -> FilePath {
            let given = environment[variable].map { FilePath($0) }
            let base = given.flatMap { $0.isAbsolute ? $0 : nil } ?? home.pushing(FilePath(fallback))
            return base.appending("drydock")
        }
        self.home = home
        state = directory("XDG_STATE_HOME", ".local/state")
        data = directory("XDG_DATA_HOME", ".local/share")
        cache = directory("XDG_CACHE_HOME", ".cache")
    }
}
