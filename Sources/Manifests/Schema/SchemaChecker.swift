import YAML

/// Walks a document beside its shape and collects what does not fit.
struct SchemaChecker {
    let catalogue: SchemaCatalogue
    private(set) var diagnostics: [Diagnostic] = []

    init(catalogue: SchemaCatalogue) {
        self.catalogue = catalogue
    }

    /// - Parameters:
    ///   - node: The value; null fits everywhere, as it stands for an absent one.
    ///   - type: What the value should be.
    ///   - path: Where the value stands, empty for the document.
    ///   - isOpen: Whether only the webhook looks here.
    mutating func check(_ node: YAMLNode, as type: FieldType, path: String = "", isOpen: Bool = false) {
        guard !node.isNull else { return }
        switch type {
        case .anything: break
        case .open(let inner): check(node, as: inner, path: path, isOpen: true)
        case .list(let element): checkList(node, of: element, path: path, isOpen: isOpen)
        case .map(let element): checkMap(node, of: element, path: path, isOpen: isOpen)
        case .object(let name): checkObject(node, as: catalogue.shape(name), path: path, isOpen: isOpen)
        case .string, .integer, .boolean, .quantity, .integerOrString, .duration:
            checkScalar(node, as: type, path: path)
        }
    }
}

// MARK: - Collections

extension SchemaChecker {
    private mutating func checkList(_ node: YAMLNode, of element: FieldType, path: String, isOpen: Bool) {
        guard let nodes = node.sequence else { return report(node, expected: "a list", path: path) }
        for (index, node) in nodes.enumerated() {
            check(node, as: element, path: "\(path)[\(index)]", isOpen: isOpen)
        }
    }

    private mutating func checkMap(_ node: YAMLNode, of element: FieldType, path: String, isOpen: Bool) {
        guard let mapping = node.mapping else { return report(node, expected: "a mapping", path: path) }
        for entry in mapping.entries {
            check(entry.value, as: element, path: "\(path).\(entry.key)", isOpen: isOpen)
        }
    }

    private mutating func checkObject(_ node: YAMLNode, as shape: Shape, path: String, isOpen: Bool) {
        guard let mapping = node.mapping else { return report(node, expected: "a mapping", path: path) }
        var present: Set<String> = []
        for entry in mapping.entries {
            let fieldPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            if let type = shape.fields[entry.key] {
                present.insert(entry.key)
                check(entry.value, as: type, path: fieldPath, isOpen: isOpen)
            } else if let name = shape.otherNames[entry.key], let type = shape.fields[name] {
                present.insert(name)
                reportOtherName(entry, of: name, path: fieldPath)
                check(entry.value, as: type, path: fieldPath, isOpen: isOpen)
            } else if let name = shape.nameIgnoringCase(entry.key), let type = shape.fields[name] {
                present.insert(name)
                reportLetterCase(entry, of: name, path: fieldPath, isOpen: isOpen)
                check(entry.value, as: type, path: fieldPath, isOpen: isOpen)
            } else {
                reportUnknown(entry, shape: shape, path: fieldPath)
            }
        }
        for name in shape.required.subtracting(present).sorted() {
            diagnostics.append(
                Diagnostic(
                    rule: "DD1004",
                    message: "missing field(s): \(path).\(name)",
                    place: node.place,
                    path: "\(path).\(name)"
                )
            )
        }
    }

    private mutating func reportUnknown(_ entry: YAMLMapping.Entry, shape: Shape, path: String) {
        let near = NearestName.to(entry.key, among: shape.names)
        diagnostics.append(
            Diagnostic(
                rule: "DD1002",
                message: "unknown field \"\(path)\"",
                place: entry.keyPlace ?? entry.value.place,
                path: path,
                notes: near.map { ["did you mean \"\($0)\"?"] } ?? []
            )
        )
    }

    private mutating func reportOtherName(_ entry: YAMLMapping.Entry, of name: String, path: String) {
        diagnostics.append(
            Diagnostic(
                rule: "DD1002",
                severity: .warning,
                message: "unknown field \"\(path)\"",
                place: entry.keyPlace ?? entry.value.place,
                path: path,
                notes: ["it is read as \"\(name)\", its name in this version; a cluster may refuse it"]
            )
        )
    }

    private mutating func reportLetterCase(_ entry: YAMLMapping.Entry, of name: String, path: String, isOpen: Bool) {
        diagnostics.append(
            Diagnostic(
                rule: "DD1002",
                severity: isOpen ? .warning : .error,
                message: "unknown field \"\(path)\"",
                place: entry.keyPlace ?? entry.value.place,
                path: path,
                notes: [
                    isOpen
                        ? "it is read as \"\(name)\": a cluster ignores letter case here"
                        : "did you mean \"\(name)\"?"
                ]
            )
        )
    }
}

// MARK: - Scalars

extension SchemaChecker {
    private mutating func checkScalar(_ node: YAMLNode, as type: FieldType, path: String) {
        switch type {
        case .string where node.string == nil:
            let isPlain = node.sequence == nil && node.mapping == nil
            report(node, expected: "a string", path: path, notes: isPlain ? ["put it in quotes"] : [])
        case .integer where node.integer == nil || node.string != nil:
            report(node, expected: "an integer", path: path)
        case .boolean where node.bool == nil:
            report(node, expected: "true or false", path: path)
        case .integerOrString where node.string == nil && node.integer == nil:
            report(node, expected: "an integer or a string", path: path)
        case .quantity: checkQuantity(node, path: path)
        case .duration: checkDuration(node, path: path)
        default: break
        }
    }

    private mutating func checkQuantity(_ node: YAMLNode, path: String) {
        switch node.content {
        case .integer, .number: break
        case .string(let text):
            guard !QuantitySyntax.isValid(text) else { return }
            report(node, expected: "a quantity like 500m or 1Gi", path: path)
        default: report(node, expected: "a quantity like 500m or 1Gi", path: path)
        }
    }

    private mutating func checkDuration(_ node: YAMLNode, path: String) {
        guard let text = node.string else {
            return report(node, expected: "a duration like 1h30m, as a string", path: path)
        }
        guard GoDuration(text) == nil else { return }
        let unitIsMissing = !text.isEmpty && text.allSatisfy(\.isNumber)
        let notes = unitIsMissing ? ["a unit is missing: \(text)s, \(text)m or \(text)h"] : []
        report(node, expected: "a duration like 1h30m", path: path, notes: notes)
    }

    private mutating func report(_ node: YAMLNode, expected: String, path: String, notes: [String] = []) {
        diagnostics.append(
            Diagnostic(
                rule: "DD1001",
                message: "\(path.isEmpty ? "document" : path): expected \(expected), found \(Self.described(node))",
                place: node.place,
                path: path,
                notes: notes
            )
        )
    }

    private static func described(_ node: YAMLNode) -> String {
        switch node.content {
        case .null: "nothing"
        case .bool(let value): "the boolean \(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let text): "the string \"\(text.prefix(40))\(text.count > 40 ? "…" : "")\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// How Kubernetes writes amounts of resources.
enum QuantitySyntax {
    private static let suffixes: Set<Substring> = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ]

    static func isValid(_ text: String) -> Bool {
        var rest = text[...]
        guard takeNumber(from: &rest) else { return false }
        if suffixes.contains(rest) { return true }
        guard rest.first == "e" || rest.first == "E" else { return false }
        rest.removeFirst()
        return takeNumber(from: &rest) && rest.isEmpty
    }

    /// Takes a sign and decimal digits with at most one point off the front.
    private static func takeNumber(from rest: inout Substring) -> Bool {
        if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
        let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
        rest = rest.dropFirst(number.count)
        return number.contains { $0 != "." } && number.count { $0 == "." } <= 1
    }
}
