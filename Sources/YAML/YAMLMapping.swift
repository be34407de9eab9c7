/// The entries of a YAML mapping in their order, each key once.
package struct YAMLMapping: Sendable {
    package struct Entry: Sendable {
        package var key: String
        package var keyPlace: SourcePlace?
        package var value: YAMLNode

        package init(key: String, keyPlace: SourcePlace? = nil, value: YAMLNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    package private(set) var entries: [Entry]

    /// Keys must be unique; whoever reads a text reports the others.
    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    package var keys: [String] { entries.map(\.key) }
    package var isEmpty: Bool { entries.isEmpty }

    package func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

    /// The value of a key, also where it is null; setting nil removes the entry.
    package subscript(key: String) -> YAMLNode? {
        get { entry(key)?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension YAMLMapping: Equatable {
    package static func == (left: YAMLMapping, right: YAMLMapping) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }
}
