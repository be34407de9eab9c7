/// A parsed expression; each part has a number, by which it is told apart, and its place.
indirect enum Expression {
    case literal(Value, Mark)
    case identifier(String, Mark)
    case select(Expression, field: String, isTest: Bool, Mark)
    case call(String, target: Expression?, [Expression], Mark)
    case list([Expression], Mark)
    case map([(key: Expression, value: Expression)], Mark)
    case comprehension(Comprehension, Mark)

    /// Where it stands, in Unicode scalars.
    struct Mark: Hashable {
        var offset: Int
    }

    /// A loop over a list or the keys of a map: what macros become.
    struct Comprehension {
        var variable: String
        var range: Expression
        var accumulator: String
        var start: Expression
        /// The loop ends where this is false.
        var condition: Expression
        var step: Expression
        var result: Expression
    }

    var offset: Int {
        switch self {
        case .literal(_, let mark), .identifier(_, let mark), .select(_, _, _, let mark), .call(_, _, _, let mark),
            .list(_, let mark), .map(_, let mark), .comprehension(_, let mark):
            mark.offset
        }
    }
}
