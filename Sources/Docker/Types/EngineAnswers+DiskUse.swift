// How the engine spells its disk use. Lists and maps that are empty come as null.

extension DiskUse: Decodable {
    private enum CodingKeys: String, CodingKey {
        case images = "Images"
        case containers = "Containers"
        case volumes = "Volumes"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        images = try fields.decode(.images, or: [])
        containers = try fields.decode(.containers, or: [])
        volumes = try fields.decode(.volumes, or: [])
    }
}

extension DiskUse.Image: Decodable {
    private enum CodingKeys: String, CodingKey {
        case containers = "Containers"
    }

    package init(from decoder: any Decoder) throws {
        summary = try ImageSummary(from: decoder)
        containers = try decoder.container(keyedBy: CodingKeys.self).decode(.containers, or: -1)
    }
}

extension DiskUse.Container: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case state = "State"
        case labels = "Labels"
        case size = "SizeRw"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        names = try fields.decode(.names, or: [String]()).map { String($0.drop { $0 == "/" }) }
        state = try fields.decode(.state, or: "")
        labels = try fields.decode(.labels, or: [:])
        size = try fields.decode(.size, or: 0)
    }
}

extension DiskUse.Volume: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
        case usage = "UsageData"
    }

    private struct Usage: Decodable {
        let size: Int64?

        enum CodingKeys: String, CodingKey {
            case size = "Size"
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        labels = try fields.decode(.labels, or: [:])
        size = try fields.decodeIfPresent(Usage.self, forKey: .usage)?.size ?? -1
    }
}
