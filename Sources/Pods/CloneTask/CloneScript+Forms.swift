/// The forms of words that the lines of a clone script have.
extension CloneScript {
    /// `NAME=value` as its two parts.
    static func assignment(_ word: Word) -> (name: String, value: Word)? {
        guard case .text(let text)? = word.segments.first, let sign = text.firstIndex(of: "=") else { return nil }
        let name = text[..<sign]
        guard let first = name.first, !first.isNumber,
            name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        let rest = String(text[text.index(after: sign)...])
        let segments = (rest.isEmpty ? [] : [.text(rest)]) + word.segments.dropFirst()
        return (String(name), Word(segments: segments, isExposed: word.isExposed))
    }

    /// The result that a word is the file of.
    static func result(_ word: Word) -> String? {
        if word.segments.count == 1, case .tekton(let name) = word.segments[0] {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 3 && parts[0] == "results" && parts[2] == "path" ? String(parts[1]) : nil
        }
        guard let text = word.plain, text.hasPrefix("/tekton/results/") else { return nil }
        let name = text.dropFirst("/tekton/results/".count)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }
}
