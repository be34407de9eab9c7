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

    /// Above this many entries, an index is quicker than looking at each.
    private static let longestWithoutIndex = 16

    package private(set) var entries: [Entry]
    /// Where each key stands, empty for a short mapping.
    private var index: [String: Int] = [:]

    /// Keys must be unique; whoever reads a text reports the others.
    package init(_ entries: [Entry] = []) {
        self.entries = entries
        makeIndex()
    }

    package var keys: [String] { entries.map(\.key) }
    package var isEmpty: Bool { entries.isEmpty }

    package func entry(_ key: String) -> Entry? { position(key).map { entries[$0] } }

    /// The value of a key, also where it is null; setting nil removes the entry.
    package subscript(key: String) -> YAMLNode? {
        get { position(key).map { entries[$0].value } }
        set {
            switch (position(key), newValue) {
            case (let position?, let value?): entries[position].value = value
            case (let position?, nil):
                entries.remove(at: position)
                makeIndex()
            case (nil, let value?): append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds an entry whose key must be new.
    package mutating func append(_ entry: Entry) {
        entries.append(entry)
        if index.isEmpty { makeIndex() } else { index[entry.key] = entries.count - 1 }
    }

    private func position(_ key: String) -> Int? {
        index.isEmpty ? entries.firstIndex { $0.key == key } : index[key]
    }

    private mutating func makeIndex() {
        index = [:]
        guard entries.count > Self.longestWithoutIndex else { return }
        index.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() where index[entry.key] == nil { index[entry.key] = position }
    }
}

extension YAMLMapping: Equatable {
    package static func == (left: YAMLMapping, right: YAMLMapping) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }
}
