/// Why an expression has no value.
package enum CELError: Error, Hashable {
    /// The text is no expression, or its types do not fit: what is wrong, and where.
    case invalid([CELIssue], source: String)
    /// There is no value: a key is missing, a number does not fit.
    case failed(String)
}

/// Something that is wrong with an expression.
package struct CELIssue: Hashable, Sendable {
    package var message: String
    /// The place in the text, in Unicode scalars.
    package var offset: Int

    package init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}

extension CELError: CustomStringConvertible {
    /// The message as CEL's own implementation in Go prints it: with the line, and a mark below.
    package var description: String {
        switch self {
        case .failed(let message): message
        case .invalid(let issues, let source):
            issues.map { Self.text(of: $0, in: source) }.joined(separator: "\n")
        }
    }

    private static func text(of issue: CELIssue, in source: String) -> String {
        let scalars = Array(source.unicodeScalars)
        let offset = min(issue.offset, scalars.count)
        let start = scalars[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = scalars[offset...].firstIndex(of: "\n") ?? scalars.count
        let line = scalars[..<start].count { $0 == "\n" } + 1
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<end])
        let column = offset - start
        return "ERROR: <input>:\(line):\(column + 1): \(issue.message)\n | \(String(text))\n | "
            + String(repeating: ".", count: column) + "^"
    }
}
