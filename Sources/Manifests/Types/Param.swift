package import YAML

/// A param as it is given: a name and a value.
package struct Param: Sendable, Hashable {
    package var name: String
    package var value: ParamValue

    package init(name: String, value: ParamValue) {
        self.name = name
        self.value = value
    }

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        value = ParamValue(node["value"] ?? .null)
    }

    package var node: YAMLNode { ["name": YAMLNode(name), "value": value.node] }
}

/// A param as a Task, Pipeline or StepAction declares it.
package struct ParamSpec: Sendable, Hashable {
    package var name: String
    package var type: ParamType
    package var description: String
    package var defaultValue: ParamValue?
    /// The keys of an object param.
    package var properties: Set<String>
    package var allowedValues: [String]

    /// The type is the declared one, else that of the default, else object where there are properties, else string.
    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        description = node["description"]?.string ?? ""
        defaultValue = node["default"].map { ParamValue($0) }
        properties = Set(node["properties"]?.mapping?.keys ?? [])
        allowedValues = node["enum"]?.strings ?? []
        let declared = node["type"]?.string.flatMap { ParamType(rawValue: $0) }
        type = declared ?? defaultValue?.type ?? (properties.isEmpty ? .string : .object)
    }
}

/// A result as a Task declares it.
package struct ResultSpec: Sendable, Hashable {
    package var name: String
    package var type: ParamType
    package var properties: Set<String>
    /// For a result that a Task takes from one of its steps: the reference.
    package var value: ParamValue?

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        properties = Set(node["properties"]?.mapping?.keys ?? [])
        let declared = node["type"]?.string.flatMap { ParamType(rawValue: $0) }
        type = declared ?? (properties.isEmpty ? .string : .object)
        value = node["value"].map { ParamValue($0) }
    }
}
