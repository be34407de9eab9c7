package import YAML

/// What differs between two trees, a line for each place; what is empty counts as absent, as Go writes it.
package func differences(_ found: YAMLNode?, _ expected: YAMLNode?, at path: String = "") -> [String] {
    let left = found.flatMap(withoutEmptyFields)
    let right = expected.flatMap(withoutEmptyFields)
    if left == right { return [] }
    if let left = left?.mapping, let right = right?.mapping {
        let keys = left.keys + right.keys.filter { left[$0] == nil }
        return keys.flatMap { differences(left[$0], right[$0], at: "\(path).\($0)") }
    }
    if let left = left?.sequence, let right = right?.sequence, left.count == right.count {
        return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
    }
    return ["\(path): \(left?.jsonText() ?? "nothing") instead of \(right?.jsonText() ?? "nothing")"]
}

private func withoutEmptyFields(_ node: YAMLNode) -> YAMLNode? {
    switch node.content {
    case .null, .string(""): return nil
    case .sequence(let elements):
        return elements.isEmpty ? nil : YAMLNode(elements.map { withoutEmptyFields($0) ?? .null })
    case .mapping(let mapping):
        let entries = mapping.entries.compactMap { entry in
            withoutEmptyFields(entry.value).map { YAMLMapping.Entry(key: entry.key, value: $0) }
        }
        return entries.isEmpty ? nil : YAMLNode(.mapping(YAMLMapping(entries)))
    default: return YAMLNode(node.content)
    }
}
