/// A position in a text that was read: where a node begins.
package struct SourcePlace: Hashable, Sendable {
    /// What the text is called in messages: the path as the user gave it, or `<stdin>`.
    package var file: String
    /// Counted from 1.
    package var line: Int
    /// Counted from 1, in characters (Unicode scalars).
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePlace: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column)" }
}
