import YAML

/// Gives fields the name that they are read as: where a cluster ignores letter case, and where the name is that of
/// another version.
struct SchemaCanonicaliser {
    let catalogue: SchemaCatalogue

    func canonical(_ node: YAMLNode, as type: FieldType, isOpen: Bool = false) -> YAMLNode {
        switch (type, node.content) {
        case (.open(let inner), _): canonical(node, as: inner, isOpen: true)
        case (.list(let element), .sequence(let nodes)):
            YAMLNode(.sequence(nodes.map { canonical($0, as: element, isOpen: isOpen) }), place: node.place)
        case (.map(let element), .mapping(let mapping)):
            YAMLNode(.mapping(values(of: mapping, as: element, isOpen: isOpen)), place: node.place)
        case (.object(let name), .mapping(let mapping)):
            YAMLNode(.mapping(fields(of: mapping, as: catalogue.shape(name), isOpen: isOpen)), place: node.place)
        default: node
        }
    }

    private func values(of mapping: YAMLMapping, as type: FieldType, isOpen: Bool) -> YAMLMapping {
        YAMLMapping(
            mapping.entries.map { entry in
                var entry = entry
                entry.value = canonical(entry.value, as: type, isOpen: isOpen)
                return entry
            }
        )
    }

    /// Of a field that is there twice in different letter case, the later counts.
    private func fields(of mapping: YAMLMapping, as shape: Shape, isOpen: Bool) -> YAMLMapping {
        var entries: [YAMLMapping.Entry] = []
        var indices: [String: Int] = [:]
        for var entry in mapping.entries {
            if let name = shape.otherNames[entry.key] { entry.key = name }
            if isOpen, shape.fields[entry.key] == nil { entry.key = shape.nameIgnoringCase(entry.key) ?? entry.key }
            if let type = shape.fields[entry.key] {
                entry.value = canonical(entry.value, as: type, isOpen: isOpen)
            }
            if let index = indices[entry.key] {
                entries[index] = entry
            } else {
                indices[entry.key] = entries.count
                entries.append(entry)
            }
        }
        return YAMLMapping(entries)
    }
}
