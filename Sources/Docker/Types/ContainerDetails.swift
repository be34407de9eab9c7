package import Foundation

/// A container as the engine describes it (`GET /containers/{id}/json`).
package struct ContainerDetails: Sendable, Equatable {
    /// The full id.
    package var id: String
    /// The name without its leading slash.
    package var name: String
    /// The id of the image it was made from.
    package var imageID: String
    /// How it is doing.
    package var state: ContainerStatus
    /// Its labels.
    package var labels: [String: String]
    /// Its address on each network, by the network's name.
    package var addresses: [String: String]
    /// Its published ports: `5000/tcp` to the ports of the machine.
    package var ports: [String: [Int]]

    /// An address by which the machine reaches it, if it has a network of its own.
    package var address: String? {
        addresses["bridge"] ?? addresses.sorted { $0.key < $1.key }.first?.value
    }
}

/// How a container is doing (`State` of `GET /containers/{id}/json`).
package struct ContainerStatus: Sendable, Equatable {
    /// The engine's word: `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`.
    package var status: String
    /// Whether its first process lives.
    package var isRunning: Bool
    /// The exit code of the last run.
    package var exitCode: Int
    /// Whether the kernel ended it for want of memory.
    package var isOOMKilled: Bool
    /// When it last started.
    package var startedAt: Date?
    /// When it last ended.
    package var finishedAt: Date?
    /// Why it could not start; empty otherwise.
    package var error: String
    /// The first process on the engine's machine; 0 if none.
    package var pid: Int
}

/// A container in a list (`GET /containers/json`).
package struct ContainerSummary: Sendable, Equatable {
    /// The full id.
    package var id: String
    /// Its names, without leading slashes.
    package var names: [String]
    /// The image as it was asked for.
    package var image: String
    /// The engine's word for how it is doing, such as `running` or `exited`.
    package var state: String
    /// Its labels.
    package var labels: [String: String]
}

/// How a container ended (`POST /containers/{id}/wait`).
package struct ContainerExit: Sendable, Equatable {
    /// The exit code of its first process; 128 and the signal's number if a signal ended it.
    package var code: Int
    /// The engine's complaint, if it has one.
    package var error: String?

    /// An ending.
    package init(code: Int, error: String? = nil) {
        self.code = code
        self.error = error
    }
}

/// What to wait for (`condition` of `POST /containers/{id}/wait`).
package enum WaitCondition: String, Sendable {
    /// That it does not run; true at once for one that never started.
    case notRunning = "not-running"
    /// That it ends the next time; to be asked before the start.
    case nextExit = "next-exit"
    /// That it is gone.
    case removed
}

/// How a command in a running container ended.
package struct ExecResult: Sendable, Equatable {
    /// Its exit code.
    package var exitCode: Int
    /// What it wrote, both streams in the order of arrival; the first mebibyte.
    package var output: [UInt8]

    /// The output as text.
    package var text: String {
        String(decoding: output, as: UTF8.self)
    }

    /// A result.
    package init(exitCode: Int, output: [UInt8]) {
        self.exitCode = exitCode
        self.output = output
    }
}
