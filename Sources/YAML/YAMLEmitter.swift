/// Writes YAML as kubectl does: two spaces, lists at the column of their key, text of several lines as it is.
///
/// What any reader of YAML 1.1 or 1.2 would take for something else than text is quoted.
package struct YAMLEmitter {
    private var text = ""

    /// One document, with a line break at its end.
    package static func emit(_ node: YAMLNode) -> String {
        var emitter = YAMLEmitter()
        emitter.write(node, column: 0, after: .lineStart)
        return emitter.text
    }

    /// Several documents, with `---` between them.
    package static func emit(documents: [YAMLNode]) -> String {
        documents.map { emit($0) }.joined(separator: "---\n")
    }

    /// What stands in front of a node on its line.
    private enum Position { case lineStart, dash, key }

    private mutating func write(_ node: YAMLNode, column: Int, after position: Position) {
        switch node.content {
        case .mapping(let mapping) where !mapping.isEmpty:
            write(mapping, column: column, after: position)
        case .sequence(let nodes) where !nodes.isEmpty:
            write(nodes, column: column, after: position)
        case .string(let string):
            if position == .key { text += " " }
            writeScalar(string, column: column)
        default:
            if position == .key { text += " " }
            text += node.isEmptyCollection ?? node.jsonText()
            text += "\n"
        }
    }

    private mutating func write(_ mapping: YAMLMapping, column: Int, after position: Position) {
        if position == .key { text += "\n" }
        // A list begins in the column of its key, everything else two columns further.
        for (index, entry) in mapping.entries.enumerated() {
            if index > 0 || position != .dash { indent(column) }
            text += ScalarStyle(entry.key).allowsLiteral ? ScalarStyle.doubleQuoted(entry.key) : inline(entry.key)
            text += ":"
            let isList = entry.value.sequence != nil
            write(entry.value, column: isList ? column : column + 2, after: .key)
        }
    }

    private mutating func write(_ nodes: [YAMLNode], column: Int, after position: Position) {
        if position == .key { text += "\n" }
        for (index, node) in nodes.enumerated() {
            if index > 0 || position != .dash { indent(column) }
            text += "- "
            write(node, column: column + 2, after: .dash)
        }
    }

    private mutating func indent(_ column: Int) {
        text += String(repeating: " ", count: column)
    }

    // MARK: - Text

    private mutating func writeScalar(_ string: String, column: Int) {
        guard ScalarStyle(string).allowsLiteral else {
            text += inline(string) + "\n"
            return
        }
        let column = max(column, 2)
        let trailing = string.reversed().prefix { $0 == "\n" }.count
        text += "|"
        // Without a number, a reader would take the first line's own spaces for indentation.
        if let first = string.first, first == " " || first == "\n" || first == "\t" { text += "2" }
        if trailing != 1 { text += trailing == 0 ? "-" : "+" }
        text += "\n"
        let body = trailing > 0 ? string.dropLast() : Substring(string)
        for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.isEmpty { indent(column) }
            text += line + "\n"
        }
    }

    private func inline(_ string: String) -> String {
        switch ScalarStyle(string) {
        case .plain: string
        case .singleQuoted:
            "'\(string.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        case .doubleQuoted, .literal: ScalarStyle.doubleQuoted(string)
        }
    }
}

extension YAMLNode {
    fileprivate var isEmptyCollection: String? {
        switch content {
        case .mapping: "{}"
        case .sequence: "[]"
        default: nil
        }
    }
}
