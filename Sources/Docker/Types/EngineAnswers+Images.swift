import Foundation

// How the engine spells images, events and itself. Lists and maps that are empty come as null.

extension ImageDetails: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case repoTags = "RepoTags"
        case repoDigests = "RepoDigests"
        case config = "Config"
        case architecture = "Architecture"
        case os = "Os"
        case size = "Size"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        repoTags = try fields.decode(.repoTags, or: [])
        repoDigests = try fields.decode(.repoDigests, or: [])
        config = try fields.decode(.config, or: ImageConfiguration())
        architecture = try fields.decode(.architecture, or: "")
        os = try fields.decode(.os, or: "")
        size = try fields.decode(.size, or: 0)
    }
}

extension ImageConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case user = "User"
        case env = "Env"
        case workingDir = "WorkingDir"
        case labels = "Labels"
        case volumes = "Volumes"
        case exposedPorts = "ExposedPorts"
        case stopSignal = "StopSignal"
    }

    /// An object whose keys alone matter.
    private struct Nothing: Decodable {}

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        entrypoint = try fields.decode(.entrypoint, or: [])
        command = try fields.decode(.command, or: [])
        user = try fields.decode(.user, or: "")
        env = try fields.decode(.env, or: [])
        workingDir = try fields.decode(.workingDir, or: "")
        labels = try fields.decode(.labels, or: [:])
        volumes = try fields.decode(.volumes, or: [String: Nothing]()).keys.sorted()
        exposedPorts = try fields.decode(.exposedPorts, or: [String: Nothing]()).keys.sorted()
        stopSignal = try fields.decodeIfPresent(String.self, forKey: .stopSignal)
    }
}

extension ImageSummary: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case repoTags = "RepoTags"
        case labels = "Labels"
        case size = "Size"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        repoTags = try fields.decode(.repoTags, or: [String]()).filter { $0 != "<none>:<none>" }
        labels = try fields.decode(.labels, or: [:])
        size = try fields.decode(.size, or: 0)
    }
}

extension EngineInfo: Decodable {
    private enum CodingKeys: String, CodingKey {
        case processors = "NCPU"
        case memory = "MemTotal"
        case osType = "OSType"
        case architecture = "Architecture"
        case name = "Name"
        case securityOptions = "SecurityOptions"
        case dockerRootDir = "DockerRootDir"
        case serverVersion = "ServerVersion"
        case operatingSystem = "OperatingSystem"
        case systemTime = "SystemTime"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        processors = try fields.decode(.processors, or: 0)
        memory = try fields.decode(.memory, or: 0)
        osType = try fields.decode(.osType, or: "")
        architecture = try fields.decode(.architecture, or: "")
        name = try fields.decode(.name, or: "")
        securityOptions = try fields.decode(.securityOptions, or: [])
        dockerRootDir = try fields.decode(.dockerRootDir, or: "")
        serverVersion = try fields.decode(.serverVersion, or: "")
        operatingSystem = try fields.decode(.operatingSystem, or: "")
        systemTime = EngineTime.date(try fields.decode(.systemTime, or: ""))
    }
}

extension EngineVersion: Decodable {
    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
        case minAPIVersion = "MinAPIVersion"
        case architecture = "Arch"
        case os = "Os"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        version = try fields.decode(.version, or: "")
        apiVersion = try fields.decode(.apiVersion, or: "")
        minAPIVersion = try fields.decodeIfPresent(String.self, forKey: .minAPIVersion)
        architecture = try fields.decode(.architecture, or: "")
        os = try fields.decode(.os, or: "")
    }
}

extension EngineEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case type = "Type"
        case action = "Action"
        case actor = "Actor"
        case seconds = "time"
        case nanoseconds = "timeNano"
    }

    private enum ActorKeys: String, CodingKey {
        case id = "ID"
        case attributes = "Attributes"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        type = try fields.decode(.type, or: "")
        action = try fields.decode(.action, or: "")
        let actor = try fields.nestedContainer(keyedBy: ActorKeys.self, forKey: .actor)
        id = try actor.decode(.id, or: "")
        attributes = try actor.decode(.attributes, or: [:])
        let seconds = try fields.decode(.seconds, or: 0.0)
        let nanoseconds = try fields.decodeIfPresent(Double.self, forKey: .nanoseconds)
        time = Date(timeIntervalSince1970: nanoseconds.map { $0 / 1_000_000_000 } ?? seconds)
    }
}
