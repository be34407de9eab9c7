package import YAML

/// Writes a document as Tekton's decoder and encoder leave it.
///
/// Fields have their own letter case and unknown ones are gone, nulls are as good as absent, lengths of time and amounts
/// have their one way of being written, params and results are strings, arrays or objects of strings.
struct StoredForm {
    let catalogue: SchemaCatalogue

    func stored(_ node: YAMLNode, as type: FieldType) -> YAMLNode {
        switch (type, node.content) {
        case (.open(let inner), _): stored(node, as: inner)
        case (.list(let element), .sequence(let nodes)):
            YAMLNode(.sequence(nodes.map { stored($0, as: element) }), place: node.place)
        case (.map(let element), .mapping(let mapping)):
            YAMLNode(
                .mapping(
                    YAMLMapping(
                        mapping.entries.map { entry in
                            var entry = entry
                            entry.value = stored(entry.value, as: element)
                            return entry
                        }
                    )
                ),
                place: node.place
            )
        case (.object(let name), .mapping(let mapping)):
            YAMLNode(.mapping(fields(of: mapping, name)), place: node.place)
        case (.duration, .string(let text)):
            GoDuration(text).map { YAMLNode(.string($0.description), place: node.place) } ?? node
        case (.quantity, .string), (.quantity, .integer), (.quantity, .number):
            Quantity(node.string ?? node.jsonText()).map { YAMLNode(.string($0.description), place: node.place) }
                ?? node
        default: node
        }
    }

    /// Of a field that is there twice in different letter case, the later counts.
    private func fields(of mapping: YAMLMapping, _ name: ShapeName) -> YAMLMapping {
        let shape = catalogue.shape(name)
        var fields = YAMLMapping()
        for entry in mapping.entries {
            let written = shape.otherNames[entry.key] ?? entry.key
            let key = shape.fields[written] == nil ? shape.nameIgnoringCase(written) : written
            guard let key, let type = shape.fields[key] else { continue }
            let isValue = Self.values[name]?.contains(key) == true
            guard !entry.value.isNull || (isValue && name == .param) else { continue }
            let value = isValue ? ParamValue(decoding: entry.value).node : stored(entry.value, as: type)
            fields[key] = nil
            fields.append(.init(key: key, keyPlace: entry.keyPlace, value: value))
        }
        return fields
    }

    /// The fields that hold a string, an array or an object, whatever is written.
    private static let values: [ShapeName: Set<String>] = [
        .param: ["value"], .paramSpec: ["default"], .taskResult: ["value"], .pipelineResult: ["value"],
    ]
}

extension ParamValue {
    /// Reads a value as Tekton's decoder does: only lists and mappings of nothing but strings are arrays and objects.
    package init(decoding node: YAMLNode) {
        let isText = { (node: YAMLNode) in node.string != nil || node.isNull }
        switch node.content {
        case .sequence(let nodes) where !nodes.allSatisfy(isText): self = .string(node.jsonText())
        case .mapping(let mapping) where !mapping.entries.allSatisfy({ isText($0.value) }):
            self = .string(node.jsonText())
        default: self.init(node)
        }
    }
}
