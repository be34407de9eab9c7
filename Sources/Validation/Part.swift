import Manifests
import YAML

/// A part of a document with its path, as the rules see it.
///
/// What is null or empty is absent, as Tekton's encoder leaves it out before anything is judged.
struct Part: Sendable {
    /// What holds for the whole document.
    struct Context: Sendable {
        var settings: AdmissionSettings
        /// The document is of version `v1beta1`, where some rules differ.
        var isBeta: Bool
    }

    var node: YAMLNode
    var path: ErrorPath
    var context: Context

    var settings: AdmissionSettings { context.settings }

    /// The value of a field unless it is null, an empty list or an empty mapping.
    subscript(field: String) -> YAMLNode? {
        guard let value = node[field], value.sequence?.isEmpty != true, value.mapping?.isEmpty != true else {
            return nil
        }
        return value
    }

    /// Whether a field is there, be it an empty mapping.
    func has(_ field: String) -> Bool { node[field] != nil }

    /// The text of a field, empty where it is absent.
    func text(_ field: String) -> String { node[field]?.string ?? "" }

    func texts(_ field: String) -> [String] { node[field]?.strings ?? [] }

    /// A field as a part of its own, also an empty mapping.
    func part(_ field: String) -> Part? {
        node[field].map { Part(node: $0, path: path.appending(field), context: context) }
    }

    /// The elements of a list as parts of their own.
    func parts(_ field: String) -> [Part] {
        (node[field]?.elements ?? []).enumerated().map { index, element in
            Part(node: element, path: path.appending(field, index: index), context: context)
        }
    }

    /// The same part under another path: Tekton does not always name the path that a manifest has.
    func at(_ path: ErrorPath) -> Part {
        var moved = self
        moved.path = path
        return moved
    }
}

extension Part {
    /// Where a field stands, or the nearest thing above it that exists.
    func place(of field: String) -> SourcePlace? {
        var node = node
        var place = node.place
        for step in Self.steps(of: field) {
            guard let next = Self.child(of: node, named: step) else { break }
            node = next
            place = node.place ?? place
        }
        return place
    }

    /// `params[a].value` as `params`, `a`, `value`.
    private static func steps(of field: String) -> [Substring] {
        field.split { $0 == "." || $0 == "[" || $0 == "]" }
    }

    private static func child(of node: YAMLNode, named step: Substring) -> YAMLNode? {
        if let elements = node.sequence {
            if let index = Int(step), elements.indices.contains(index) { return elements[index] }
            return elements.first { $0["name"]?.string == String(step) }
        }
        let name = step.lowercased()
        return node.mapping?.entries.first { $0.key.lowercased() == name }?.value
    }
}
