import Foundation

extension YAMLNode {
    /// The value as JSON text, keys in their order.
    package func jsonText() -> String { "" }
}
