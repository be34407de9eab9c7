import Foundation

// How the engine spells what it answers. Lists and maps that are empty come as null.

extension KeyedDecodingContainer {
    /// Decodes a value; missing and null are the given one.
    func decode<T: Decodable>(_ key: Key, or missing: T) throws -> T {
        try decodeIfPresent(T.self, forKey: key) ?? missing
    }
}

extension ContainerDetails: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case imageID = "Image"
        case state = "State"
        case config = "Config"
        case network = "NetworkSettings"
    }

    private enum ConfigKeys: String, CodingKey {
        case labels = "Labels"
    }

    private struct Network: Decodable {
        let networks: [String: Endpoint]?
        let ports: [String: [Binding]?]?

        enum CodingKeys: String, CodingKey {
            case networks = "Networks"
            case ports = "Ports"
        }

        struct Endpoint: Decodable {
            let address: String?

            enum CodingKeys: String, CodingKey {
                case address = "IPAddress"
            }
        }

        struct Binding: Decodable {
            let port: String?

            enum CodingKeys: String, CodingKey {
                case port = "HostPort"
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        name = String(try fields.decode(.name, or: "").drop { $0 == "/" })
        imageID = try fields.decode(.imageID, or: "")
        state = try fields.decode(ContainerStatus.self, forKey: .state)
        let config = try fields.nestedContainer(keyedBy: ConfigKeys.self, forKey: .config)
        labels = try config.decode(.labels, or: [:])
        let network = try fields.decodeIfPresent(Network.self, forKey: .network)
        addresses = (network?.networks ?? [:]).compactMapValues { endpoint in
            endpoint.address.flatMap { $0.isEmpty ? nil : $0 }
        }
        ports = (network?.ports ?? [:]).compactMapValues { bindings in
            bindings?.compactMap { $0.port.flatMap(Int.init) }
        }
    }
}

extension ContainerStatus: Decodable {
    private enum CodingKeys: String, CodingKey {
        case status = "Status"
        case isRunning = "Running"
        case exitCode = "ExitCode"
        case isOOMKilled = "OOMKilled"
        case startedAt = "StartedAt"
        case finishedAt = "FinishedAt"
        case error = "Error"
        case pid = "Pid"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        status = try fields.decode(.status, or: "")
        isRunning = try fields.decode(.isRunning, or: false)
        exitCode = try fields.decode(.exitCode, or: 0)
        isOOMKilled = try fields.decode(.isOOMKilled, or: false)
        startedAt = EngineTime.date(try fields.decode(.startedAt, or: ""))
        finishedAt = EngineTime.date(try fields.decode(.finishedAt, or: ""))
        error = try fields.decode(.error, or: "")
        pid = try fields.decode(.pid, or: 0)
    }
}

extension ContainerSummary: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case image = "Image"
        case state = "State"
        case labels = "Labels"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        names = try fields.decode(.names, or: [String]()).map { String($0.drop { $0 == "/" }) }
        image = try fields.decode(.image, or: "")
        state = try fields.decode(.state, or: "")
        labels = try fields.decode(.labels, or: [:])
    }
}

extension ContainerExit: Decodable {
    private enum CodingKeys: String, CodingKey {
        case code = "StatusCode"
        case error = "Error"
    }

    private enum ErrorKeys: String, CodingKey {
        case message = "Message"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = try fields.decode(Int.self, forKey: .code)
        error = nil
        if try fields.contains(.error) && !fields.decodeNil(forKey: .error) {
            let complaint = try fields.nestedContainer(keyedBy: ErrorKeys.self, forKey: .error)
            error = try complaint.decodeIfPresent(String.self, forKey: .message)
        }
    }
}

extension VolumeSummary: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case mountpoint = "Mountpoint"
        case labels = "Labels"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        mountpoint = try fields.decode(.mountpoint, or: "")
        labels = try fields.decode(.labels, or: [:])
    }
}

extension NetworkSummary: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case driver = "Driver"
        case labels = "Labels"
        case addressing = "IPAM"
    }

    private struct Addressing: Decodable {
        let config: [Pool]?

        enum CodingKeys: String, CodingKey {
            case config = "Config"
        }

        struct Pool: Decodable {
            let gateway: String?

            enum CodingKeys: String, CodingKey {
                case gateway = "Gateway"
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        name = try fields.decode(.name, or: "")
        driver = try fields.decode(.driver, or: "")
        labels = try fields.decode(.labels, or: [:])
        let addressing = try fields.decodeIfPresent(Addressing.self, forKey: .addressing)
        gateway = (addressing?.config ?? []).lazy.compactMap(\.gateway).first { !$0.isEmpty }
    }
}
