extension YAMLNode: Codable {
    /// Reads any value; keys of an object come out sorted, as a decoder does not tell their order.
    package init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: AnyKey.self) {
            let entries = try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
                YAMLMapping.Entry(key: key.stringValue, value: try object.decode(YAMLNode.self, forKey: key))
            }
            self.init(.mapping(YAMLMapping(entries)))
        } else if var list = try? decoder.unkeyedContainer() {
            var nodes: [YAMLNode] = []
            while !list.isAtEnd { nodes.append(try list.decode(YAMLNode.self)) }
            self.init(.sequence(nodes))
        } else {
            self.init(try Self.scalar(decoder.singleValueContainer()))
        }
    }

    // A decoder tells the type of a value only by failing to read it as another one.
    private static func scalar(_ value: any SingleValueDecodingContainer) throws -> Content {
        if value.decodeNil() { return .null }
        if let string = try? value.decode(String.self) { return .string(string) }
        if let bool = try? value.decode(Bool.self) { return .bool(bool) }
        if let integer = try? value.decode(Int.self) { return .integer(integer) }
        return Content(number: try value.decode(Double.self))
    }

    package func encode(to encoder: any Encoder) throws {
        switch content {
        case .sequence(let nodes):
            var list = encoder.unkeyedContainer()
            for node in nodes { try list.encode(node) }
        case .mapping(let mapping):
            var object = encoder.container(keyedBy: AnyKey.self)
            for entry in mapping.entries { try object.encode(entry.value, forKey: AnyKey(stringValue: entry.key)) }
        default:
            var value = encoder.singleValueContainer()
            switch content {
            case .bool(let bool): try value.encode(bool)
            case .integer(let integer): try value.encode(integer)
            case .number(let number): try value.encode(number)
            case .string(let string): try value.encode(string)
            default: try value.encodeNil()
            }
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
