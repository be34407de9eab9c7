/// The type of an expression, as far as it is known before it is evaluated.
///
/// [CEL: Gradual type checking](https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking)
package indirect enum CELType: Sendable, Hashable {
    /// Known only when the expression is evaluated.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(CELType)
    case map(CELType, CELType)
    case type(CELType)
    /// Something that the use of a function decides.
    case parameter(String)
    /// Something that is not decided yet, by its number.
    case open(Int)
}

extension CELType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(let type): "type(\(type))"
        case .parameter(let name): name
        case .open: "dyn"
        }
    }
}
