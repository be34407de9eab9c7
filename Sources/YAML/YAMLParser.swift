/// Reads YAML as Kubernetes does: YAML 1.1 in JSON's data model, strictly.
///
/// Keys that are not strings become strings, timestamps stay strings, merge keys (`<<`) are carried out. A key
/// that is there twice is an error, also if one of the two comes from a merge key. JSON is read too.
package enum YAMLParser {
    /// Reads all documents of a text.
    /// - Parameters:
    ///   - text: The text.
    ///   - file: What the text is called in places.
    /// - Returns: A node for each document; documents without content are left out.
    /// - Throws: The first problem.
    package static func parse(_ text: String, file: String) throws(YAMLError) -> [YAMLNode] {
        try parse(bytes: Array(text.utf8), file: file)
    }

    /// Reads all documents of a text that is still bytes: UTF-8, or UTF-16 with a byte order mark.
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: What the text is called in places.
    /// - Returns: A node for each document; documents without content are left out.
    /// - Throws: The first problem, also a wrong encoding.
    package static func parse(bytes: [UInt8], file: String) throws(YAMLError) -> [YAMLNode] {
        do {
            return try bytes.withUnsafeBufferPointer { (bytes) throws(YAMLError) in try parse(bytes, file: file) }
        } catch  where error.message == SyntaxProblem.surrogateMessage {
            guard let joined = SurrogatePairs.joined(bytes) else { throw error }
            return try joined.withUnsafeBufferPointer { (bytes) throws(YAMLError) in try parse(bytes, file: file) }
        }
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(YAMLError) -> [YAMLNode] {
        guard !bytes.isEmpty else { return [] }
        var reader = EventReader(bytes, file: file)
        var builder = TreeBuilder()
        while let event = try reader.next() {
            try builder.take(event)
        }
        return builder.documents
    }
}
