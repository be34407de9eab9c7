import Manifests

/// A variable that stands for the result of a PipelineTask: `tasks.build.results.image`.
///
/// [Tekton: Using results](https://tekton.dev/docs/pipelines/pipelines/#using-results)
package struct ResultReference: Sendable, Hashable {
    package var task: String
    package var result: String
    /// The place in an array: the 2 of `tasks.a.results.r[2]`.
    package var index: Int?
    /// The key of an object: the last part of `tasks.a.results.r.key`.
    package var property: String

    package init(task: String, result: String, index: Int? = nil, property: String = "") {
        self.task = task
        self.result = result
        self.index = index
        self.property = property
    }

    /// Reads what stands between `$(` and `)`; nil if it is no reference to a result.
    package init?(_ expression: String) {
        let parts = expression.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] == "tasks" || parts[0] == "finally", parts[2] == "results" else { return nil }
        switch parts.count {
        case 4:
            let (name, subscription) = Self.splitSubscript(of: parts[3])
            self.init(task: String(parts[1]), result: name)
            if !subscription.isEmpty, subscription != "*" { index = Int(subscription) ?? 0 }
        case 5: self.init(task: String(parts[1]), result: String(parts[3]), property: String(parts[4]))
        default: return nil
        }
    }

    /// The references in a text, in their order.
    package static func all(in text: String) -> [ResultReference] {
        VariableText.variables(in: text).compactMap { ResultReference($0) }
    }

    /// Whether what stands between `$(` and `)` is meant as a reference to a result, a good one or not.
    static func isLookedLike(by expression: String) -> Bool {
        let parts = expression.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 4 && (parts[0] == "tasks" || parts[0] == "finally") && parts[2] == "results"
    }

    /// Splits `name[1]` or `name[*]` into the name and what is in the brackets.
    static func splitSubscript(of text: some StringProtocol) -> (name: String, subscription: String) {
        guard let opening = text.firstIndex(of: "["), text.hasSuffix("]") else { return (String(text), "") }
        return (String(text[..<opening]), String(text[text.index(after: opening)...].dropLast()))
    }
}

/// Finds variables in texts as Tekton does where it looks for results.
package enum VariableText {
    /// What stands between `$(` and `)`: names with dots, at the end perhaps `[1]` or `[*]`.
    ///
    /// The notation with quotes (`params["x"]`) is not among them.
    package static func variables(in text: String) -> [String] {
        guard text.mayHoldVariables else { return [] }
        let bytes = Array(text.utf8)
        var found: [String] = []
        var start = 0
        while start + 1 < bytes.count {
            if bytes[start] == UInt8(ascii: "$"), bytes[start + 1] == UInt8(ascii: "("),
                let end = endOfVariable(bytes, from: start + 2)
            {
                found.append(String(decoding: bytes[(start + 2)..<end], as: UTF8.self))
                start = end + 1
            } else {
                start += 1
            }
        }
        return found
    }

    /// Whether a text is one variable and nothing else.
    package static func isVariable(_ text: String) -> Bool {
        text.utf8.count > 3 && variables(in: text).first.map { $0.utf8.count + 3 } == text.utf8.count
    }

    private static func endOfVariable(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < bytes.count, isNamePart(bytes[index]) { index += 1 }
        guard index > start, index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "[") {
            index += 1
            let inside = index
            if index < bytes.count, bytes[index] == UInt8(ascii: "*") {
                index += 1
            } else {
                while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            }
            guard index > inside, index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return nil }
            index += 1
        }
        guard index < bytes.count, bytes[index] == UInt8(ascii: ")") else { return nil }
        return index
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: isDigit(byte)
        }
    }
}
