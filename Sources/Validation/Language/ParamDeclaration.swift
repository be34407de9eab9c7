import Manifests
import YAML

/// A param that a Task, Pipeline or StepAction declares, or one that a run brings along.
struct ParamDeclaration {
    var name: String
    /// As it is written, so it may be no type at all; filled in as Tekton does.
    var type: String
    var defaultType: String?
    /// The default where it is a string.
    var defaultText = ""
    /// The keys of an object with the types that were written for them; nil where none are declared.
    var properties: [String: String]?
    var allowedValues: [String] = []
    var node: YAMLNode

    init(_ part: Part) {
        node = part.node
        name = part.text("name")
        let value = part.node["default"].map { ParamValue(decoding: $0) }
        defaultType = value?.type.rawValue
        if case .string(let text) = value { defaultText = text }
        properties = Self.properties(of: part)
        allowedValues = part.texts("enum")
        type = part.text("type")
        if type.isEmpty { type = part.has("properties") ? "object" : defaultType ?? "string" }
    }

    /// A param that is known by its value only.
    init(given part: Part) {
        node = part.node
        name = part.text("name")
        let value = ParamValue(decoding: part.node["value"] ?? .null)
        type = value.type.rawValue
        defaultType = type
        if case .string(let text) = value { defaultText = text }
        if case .object(let object) = value { properties = object.mapValues { _ in "string" } }
    }

    /// The declared keys with their types, which are strings where nothing is said; nil where none are declared.
    static func properties(of part: Part) -> [String: String]? {
        guard let mapping = part["properties"]?.mapping else { return nil }
        let pairs = mapping.entries.map { ($0.key, $0.value["type"]?.string ?? "string") }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}

extension [ParamDeclaration] {
    var names: Set<String> { Set(map(\.name)) }
    var arrays: Set<String> { Set(filter { $0.type == "array" }.map(\.name)) }
    var objects: [ParamDeclaration] { filter { $0.type == "object" } }
}

extension Part {
    /// The params that this part declares.
    var declaredParams: [ParamDeclaration] { parts("params").map { ParamDeclaration($0) } }
}
