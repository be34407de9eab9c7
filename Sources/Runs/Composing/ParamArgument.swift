package import Manifests

/// A param as it is given on the command line: `name=value`.
///
/// The declared type decides how the value is read: an array is `a,b,c`, an object `key:value,key:value`.
/// [tkn pipeline start](https://tekton.dev/docs/cli/)
package struct ParamArgument: Sendable, Hashable {
    package var name: String
    package var text: String

    package init(parsing argument: String) throws(ArgumentError) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            throw ArgumentError("'\(argument)' is not a param: expected name=value")
        }
        name = String(argument[..<equals])
        text = String(argument[argument.index(after: equals)...])
    }

    package func value(for type: ParamType) throws(ArgumentError) -> ParamValue {
        switch type {
        case .string: return .string(text)
        case .array: return .array(text.isEmpty ? [] : Self.pieces(text))
        case .object:
            var values: [String: String] = [:]
            for piece in Self.pieces(text) {
                guard let colon = piece.firstIndex(of: ":") else {
                    throw ArgumentError("param '\(name)' is an object: expected key:value,key:value and not '\(piece)'")
                }
                let key = piece[..<colon].trimmingSpaces()
                values[key] = piece[piece.index(after: colon)...].trimmingSpaces()
            }
            return .object(values)
        }
    }

    private static func pieces(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        let end = lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex
        return String(self[..<end].drop { $0 == " " })
    }
}
