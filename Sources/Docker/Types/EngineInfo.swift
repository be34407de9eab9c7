package import Foundation

/// The engine's machine (`GET /info`).
package struct EngineInfo: Sendable, Equatable {
    /// Processors.
    package var processors: Int
    /// Memory in bytes.
    package var memory: Int64
    /// `linux` or `windows`: what its containers run on.
    package var osType: String
    /// The kernel's name for the processor, as `x86_64`.
    package var architecture: String
    /// The machine's name.
    package var name: String
    /// Such as `name=rootless` and `name=userns`.
    package var securityOptions: [String]
    /// Where the engine keeps its things.
    package var dockerRootDir: String
    /// The engine's version.
    package var serverVersion: String
    /// What the machine runs, in words.
    package var operatingSystem: String
    /// What its clock shows, if it says.
    package var systemTime: Date?

    /// Whether the engine itself runs without root.
    package var isRootless: Bool {
        securityOptions.contains { $0.hasPrefix("name=rootless") }
    }

    /// Whether the containers' root is not the machine's.
    package var remapsUsers: Bool {
        securityOptions.contains { $0.hasPrefix("name=userns") }
    }
}

/// The engine's version (`GET /version`).
package struct EngineVersion: Sendable, Equatable {
    /// The engine's version, as `20.10.24`.
    package var version: String
    /// The newest API it speaks.
    package var apiVersion: String
    /// The oldest API it speaks.
    package var minAPIVersion: String?
    /// The processor it was built for, as `amd64`.
    package var architecture: String
    /// The operating system it was built for.
    package var os: String
}

/// The answer of `GET /_ping`.
package struct EnginePing: Sendable, Equatable {
    /// The newest API the engine speaks.
    package var apiVersion: String
    /// `linux` or `windows`, if it says.
    package var osType: String?
    /// Program and version, as `Docker 20.10.24`, if it says.
    package var server: String?
}

/// Something that happened on the engine (`GET /events`).
package struct EngineEvent: Sendable, Equatable {
    /// What kind of thing it is about, such as `container`, `image`, `volume` or `network`.
    package var type: String
    /// What happened, such as `start`, `die`, `oom` or `destroy`.
    package var action: String
    /// The id of the thing.
    package var id: String
    /// Its labels and further facts, such as `exitCode`.
    package var attributes: [String: String]
    /// When.
    package var time: Date
}

/// A volume (`GET /volumes`).
package struct VolumeSummary: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Where it lies on the engine's machine.
    package var mountpoint: String
    /// Its labels.
    package var labels: [String: String]
}

/// A network (`GET /networks`).
package struct NetworkSummary: Sendable, Equatable {
    /// Its id.
    package var id: String
    /// Its name.
    package var name: String
    /// What carries it, such as `bridge`, `host` or `null`.
    package var driver: String
    /// Its labels.
    package var labels: [String: String]
    /// The gateway's address: the machine as seen from the network.
    package var gateway: String?
}
