/// A part of an expression's text.
struct Token: Hashable {
    enum Kind: Hashable {
        case identifier(String)
        /// A name in backticks, which may hold what others may not.
        case quotedIdentifier(String)
        case int(String)
        case uint(String)
        case double(String)
        case string(String)
        case bytes([UInt8])
        case symbol(String)
        case end
    }

    var kind: Kind
    /// Where it begins, in Unicode scalars.
    var offset: Int
    /// The text as it is written.
    var text: String
}
