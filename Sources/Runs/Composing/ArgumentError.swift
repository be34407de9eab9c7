/// An argument that cannot be read: what was given, what was expected.
package struct ArgumentError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
