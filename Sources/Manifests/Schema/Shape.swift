/// What a field of a document may hold.
indirect enum FieldType: Sendable {
    case string
    case integer
    case boolean
    /// An amount of a resource: a number, or a text like `500m` or `1Gi`.
    case quantity
    case integerOrString
    /// A length of time, like `1h30m`.
    case duration
    /// Anything at all: param values, the spec of a custom task.
    case anything
    case list(FieldType)
    /// A mapping with keys of the user's choice.
    case map(FieldType)
    case object(ShapeName)
    /// A part into which the API server's schema does not look; only the webhook does, which ignores letter case.
    case open(FieldType)
}

extension FieldType {
    static var strings: FieldType { .list(.string) }
    static var integers: FieldType { .list(.integer) }
    static var labels: FieldType { .map(.string) }
    static func objects(_ name: ShapeName) -> FieldType { .list(.object(name)) }
    static func openObject(_ name: ShapeName) -> FieldType { .open(.object(name)) }
}

/// The fields of one kind of object.
struct Shape: Sendable {
    private(set) var fields: [String: FieldType]
    /// Without these nothing can be admitted: Tekton's encoder fails on a param value that is absent.
    private(set) var required: Set<String> = []
    /// Names of another version for fields, which are read as meant.
    private(set) var otherNames: [String: String] = [:]
    private var nameByLowercase: [String: String]

    init(
        _ fields: [String: FieldType],
        required: Set<String> = [],
        otherNames: [String: String] = [:]
    ) {
        self.fields = fields
        self.required = required
        self.otherNames = otherNames
        nameByLowercase = Dictionary(
            fields.keys.map { ($0.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var names: [String] { fields.keys.sorted() }

    /// The field that a decoder which ignores letter case takes a key for.
    func nameIgnoringCase(_ key: String) -> String? { nameByLowercase[key.lowercased()] }

    func adding(_ other: Shape) -> Shape {
        Shape(
            fields.merging(other.fields) { $1 },
            required: required.union(other.required),
            otherNames: otherNames.merging(other.otherNames) { $1 }
        )
    }

    func removing(_ names: String...) -> Shape {
        Shape(
            fields.filter { !names.contains($0.key) },
            required: required.subtracting(names),
            otherNames: otherNames
        )
    }
}

extension Shape: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, FieldType)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { first, _ in first }))
    }
}
