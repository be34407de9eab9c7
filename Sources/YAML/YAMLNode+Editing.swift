extension YAMLNode {
    /// Gives an entry of a mapping another key, its place kept; nothing if the other key is there already.
    package mutating func rename(_ key: String, to other: String) {
        guard let mapping, mapping.entry(key) != nil, mapping.entry(other) == nil else { return }
        let entries = mapping.entries.map { entry in
            entry.key == key ? YAMLMapping.Entry(key: other, keyPlace: entry.keyPlace, value: entry.value) : entry
        }
        content = .mapping(YAMLMapping(entries))
    }

    /// Changes the value of a key, if it is there and not null.
    package mutating func change(_ key: String, _ change: (inout YAMLNode) -> Void) {
        guard var value = self[key] else { return }
        change(&value)
        self[key] = value
    }

    /// Changes each element of the sequence that is the value of a key.
    package mutating func changeElements(of key: String, _ change: (inout YAMLNode) -> Void) {
        self.change(key) { list in
            guard var elements = list.sequence else { return }
            for index in elements.indices { change(&elements[index]) }
            list.content = .sequence(elements)
        }
    }
}
