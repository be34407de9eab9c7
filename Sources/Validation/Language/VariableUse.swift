import Planning
import Manifests

/// The variables of one family in a text, and what Tekton says to them.
///
/// A family is what a prefix stands for: `params`, `context.taskRun`, `params.image` for the keys of an object.
/// After the prefix comes `.name`, `["name"]` or `['name']`.
struct VariableUse {
    /// One variable.
    struct Variable {
        /// What follows the prefix, as it is written, with `[*]` or an index.
        var name: String
        var isDotted: Bool
        /// The variable as it stands in the text, from `$(` to `)`.
        var text: String
    }

    let text: String
    let family: VariableFamily
    private(set) var variables: [Variable]

    init(of prefix: String, in text: String) {
        self.init(of: VariableFamily(prefix), in: text)
    }

    init(of family: VariableFamily, in text: String) {
        self.text = text
        self.family = family
        variables = Self.variables(of: family, in: text)
    }

    /// Leaves out those with a name that nothing of the family can have.
    mutating func dropImpossible(_ isPossible: (String) -> Bool) {
        variables.removeAll { variable in
            let parts = variable.name.split(separator: ".", maxSplits: variable.isDotted ? 1 : 0)
            return !isPossible(Self.withoutSubscripts(parts.first.map(String.init) ?? ""))
        }
    }

    /// What is said if one of them is not among those that exist.
    ///
    /// Indices do not count.
    func problem(unlessIn known: Set<String>, namesVariable: Bool = false) -> String? {
        if let problem = tooDeep { return problem }
        let unknown = firstParts.map(Self.withoutSubscripts).first { !known.contains($0) }
        return unknown.map { name in
            "non-existent variable \(namesVariable ? "`\(name)` " : "")in \(GoText.quoted(text))"
        }
    }

    /// What is said if one of them, or a part of one, is among those that must not be used here.
    func problem(ifIn prohibited: Set<String>) -> String? {
        if let problem = tooDeep { return problem }
        guard firstParts.contains(where: { prohibited.contains(Self.withoutStar($0)) }) else { return nil }
        return "variable type invalid in \(GoText.quoted(text))"
    }

    /// What is said if one of them as a whole is among those that must not be used as a whole here.
    func problem(ifWholeIn prohibited: Set<String>) -> String? {
        guard variables.contains(where: { prohibited.contains(Self.withoutStar($0.name)) }) else { return nil }
        return "variable type invalid in \(GoText.quoted(text))"
    }

    /// What is said if one of those that must stand alone has anything beside it.
    func problem(unlessAlone lonely: Set<String>) -> String? {
        if let problem = tooDeep { return problem }
        guard let first = variables.first, first.text.utf8.count != text.utf8.count,
            firstParts.contains(where: { lonely.contains(Self.withoutStar($0)) })
        else { return nil }
        return "variable is not properly isolated in \(GoText.quoted(text))"
    }

    /// Whether the text is nothing but a whole array or object: `$(params.list[*])`.
    var isWholeReference: Bool {
        guard variables.count == 1, let variable = variables.first, variable.text.utf8.count == text.utf8.count,
            variable.name.hasSuffix("[*]")
        else { return false }
        let name = variable.name.dropLast(3)
        return !name.isEmpty && name.utf8.allSatisfy { Self.isNamePart($0) }
    }
}

extension VariableUse {
    /// With dots only two parts are understood.
    private var tooDeep: String? {
        guard variables.contains(where: { $0.isDotted && $0.name.count { $0 == "." } > 1 }) else { return nil }
        return "Invalid referencing of parameters in \"\(text)\"! Only two dot-separated components after the prefix "
            + "\"\(family.pattern)\" are allowed."
    }

    /// The names; of `object.key` the first part.
    private var firstParts: [String] {
        variables.map { variable in
            guard variable.isDotted, let dot = variable.name.firstIndex(of: ".") else { return variable.name }
            return String(variable.name[..<dot])
        }
    }

    private static func withoutStar(_ name: String) -> String {
        name.hasSuffix("[*]") ? String(name.dropLast(3)) : name
    }

    /// A name without any `[1]`, `[*]` or `[]`.
    static func withoutSubscripts(_ name: String) -> String {
        var result = ""
        var rest = name[...]
        while let opening = rest.firstIndex(of: "[") {
            result += rest[..<opening]
            let inside = rest[rest.index(after: opening)...]
            let digits = inside.prefix { $0.isASCII && $0.isNumber }
            var end = digits.endIndex
            if end < inside.endIndex, inside[end] == "*" { end = inside.index(after: end) }
            if end < inside.endIndex, inside[end] == "]" {
                rest = inside[inside.index(after: end)...]
            } else {
                result += "["
                rest = inside
            }
        }
        return result + rest
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_.-".utf8.contains(byte)
    }
}

// MARK: - Finding variables

extension VariableUse {
    private static func variables(of family: VariableFamily, in text: String) -> [Variable] {
        guard text.mayHoldVariables else { return [] }
        let bytes = Array(text.utf8)
        var found: [Variable] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "$"), let length = family.length(in: bytes, at: index),
                let (variable, end) = variable(in: bytes, after: index + length)
            {
                let whole = String(decoding: bytes[index..<end], as: UTF8.self)
                found.append(Variable(name: variable.name, isDotted: variable.isDotted, text: whole))
                index = end
            } else {
                index += 1
            }
        }
        return found
    }

    /// Reads what follows the prefix; on one line only.
    private static func variable(
        in bytes: [UInt8],
        after start: Int
    ) -> (variable: (name: String, isDotted: Bool), end: Int)? {
        let notations: [(opening: String, closing: String)] = [(".", ")"), ("[\"", "\"])"), ("['", "'])")]
        for notation in notations where bytes[start...].starts(with: notation.opening.utf8) {
            let nameStart = start + notation.opening.utf8.count
            let closing = Array(notation.closing.utf8)
            var end = nameStart
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
                if bytes[end...].starts(with: closing) {
                    let name = String(decoding: bytes[nameStart..<end], as: UTF8.self)
                    return ((name, notation.opening == "."), end + closing.count)
                }
                end += 1
            }
        }
        return nil
    }
}
