/// The forms of words and statements that the lines of a clone script have.
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

    /// The left side of `[ left OP right ]`.
    static func comparison(_ words: [Word], _ sign: String, _ right: String) -> Word? {
        guard words.count == 5, words[0].plain == "[", words[2].plain == sign, words[3].plain == right,
            words[4].plain == "]"
        else { return nil }
        return words[1]
    }

    /// The workspace in a word that is nothing but `$(workspaces.NAME.FIELD)`.
    static func workspace(_ word: Word, field: String) -> String? {
        named("workspaces", word, field: field)
    }

    /// The result that a word is the file of.
    static func result(_ word: Word) -> String? {
        if let name = named("results", word, field: "path") { return name }
        guard let text = word.plain, text.hasPrefix("/tekton/results/") else { return nil }
        let name = text.dropFirst("/tekton/results/".count)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }

    private static func named(_ root: String, _ word: Word, field: String) -> String? {
        guard word.segments.count == 1, case .tekton(let name) = word.segments[0], name.hasPrefix(root + "."),
            name.hasSuffix("." + field)
        else { return nil }
        let inner = name.dropFirst(root.count + 1).dropLast(field.count + 1)
        return inner.isEmpty || inner.contains(".") ? nil : String(inner)
    }

    /// Statements from their text.
    static func statements(_ text: String) -> [Statement] { ShellScript(text)?.statements ?? [] }

    /// How a folder is emptied, files whose names begin with a dot too.
    static func emptyingBody(of folder: String) -> [Statement] {
        statements(
            """
            if [ -d "$\(folder)" ] ; then
              rm -rf "$\(folder)"/*
              rm -rf "$\(folder)"/.[!.]*
              rm -rf "$\(folder)"/..?*
            fi
            """
        )
    }

    /// Whether all statements are among the known ones, none twice, and there is one.
    static func isMade(of known: [Statement], _ body: [Statement]) -> Bool {
        guard !body.isEmpty, body.allSatisfy({ known.contains($0) }) else { return false }
        return !body.indices.contains { body[..<$0].contains(body[$0]) }
    }

    /// The words for the user's home in commands that copy there, as they would be written.
    static func homes(in body: [Statement]) -> [String] {
        let segments = body.flatMap { statement -> [ShellScript.Segment] in
            guard case .command(let words) = statement, let last = words.last else { return [] }
            return Array(last.segments.prefix(1))
        }
        let homes = segments.compactMap { segment -> String? in
            switch segment {
            case .tekton(let name) where name.hasPrefix("params."): "$(\(name))"
            case .variable("HOME"): "${HOME}"
            default: nil
            }
        }
        return Array(Set(homes))
    }

    /// Puts for a variable of the step's environment what the environment holds.
    static func resolve(_ statement: Statement, _ variables: [String: Word]) -> Statement {
        switch statement {
        case .command(let words): .command(words.map { resolve($0, variables) })
        case .conditional(let condition, let body):
            .conditional(condition.map { resolve($0, variables) }, body.map { resolve($0, variables) })
        case .function(let name, let body): .function(name, body.map { resolve($0, variables) })
        }
    }

    private static func resolve(_ word: Word, _ variables: [String: Word]) -> Word {
        var resolved = word
        resolved.segments = word.segments.map { segment in
            guard case .variable(let name) = segment, let value = variables[name], value.segments.count == 1,
                case .tekton = value.segments[0]
            else { return segment }
            return value.segments[0]
        }
        return resolved
    }
}
