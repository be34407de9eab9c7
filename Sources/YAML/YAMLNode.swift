/// A value of a YAML document in Kubernetes' data model (that of JSON), with the place where it stands.
///
/// Two nodes are equal if their contents are; places do not count. Keys of a mapping keep their order,
/// which does not count either.
package struct YAMLNode: Sendable {
    package enum Content: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case string(String)
        case sequence([YAMLNode])
        case mapping(YAMLMapping)
    }

    package var content: Content
    /// Nil for a node that was computed and not read.
    package var place: SourcePlace?

    package init(_ content: Content, place: SourcePlace? = nil) {
        self.content = content
        self.place = place
    }
}

extension YAMLNode: Equatable {
    package static func == (left: YAMLNode, right: YAMLNode) -> Bool { left.content == right.content }
}

// MARK: - Looking inside

extension YAMLNode {
    package var isNull: Bool { content == .null }

    package var string: String? {
        if case .string(let value) = content { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = content { value } else { nil }
    }

    package var integer: Int? {
        switch content {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var sequence: [YAMLNode]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    package var mapping: YAMLMapping? {
        if case .mapping(let mapping) = content { mapping } else { nil }
    }

    /// The elements of a sequence; none if this is anything else.
    package var elements: [YAMLNode] { sequence ?? [] }

    /// The strings of a sequence, those that are not strings left out.
    package var strings: [String] { elements.compactMap(\.string) }

    /// The value of a key, nil if this is not a mapping, the key is absent or its value is null.
    ///
    /// Setting makes a mapping of what is not one; setting nil removes the key.
    package subscript(key: String) -> YAMLNode? {
        get {
            guard let value = mapping?[key], !value.isNull else { return nil }
            return value
        }
        set {
            var changed = mapping ?? YAMLMapping()
            // Gives up the other reference to the entries, so that they are not copied.
            content = .null
            changed[key] = newValue
            content = .mapping(changed)
        }
    }

    /// The value at the end of a path of keys.
    package subscript(path first: String, rest: String...) -> YAMLNode? {
        rest.reduce(self[first]) { node, key in node?[key] }
    }
}

// MARK: - Writing values

extension YAMLNode: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(.string(value)) }
}

extension YAMLNode: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self.init(.integer(value)) }
}

extension YAMLNode: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self.init(.bool(value)) }
}

extension YAMLNode: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: YAMLNode...) { self.init(.sequence(elements)) }
}

extension YAMLNode: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, YAMLNode)...) {
        self.init(.mapping(YAMLMapping(elements.map { .init(key: $0.0, value: $0.1) })))
    }
}

extension YAMLNode {
    package init(_ string: String) { self.init(.string(string)) }
    package init(_ nodes: [YAMLNode]) { self.init(.sequence(nodes)) }
    package init(_ strings: [String]) { self.init(.sequence(strings.map { YAMLNode($0) })) }
    package init(_ map: [String: String]) {
        let entries = map.sorted { $0.key < $1.key }.map { YAMLMapping.Entry(key: $0.key, value: YAMLNode($0.value)) }
        self.init(.mapping(YAMLMapping(entries)))
    }
    package static var null: YAMLNode { YAMLNode(.null) }
}
