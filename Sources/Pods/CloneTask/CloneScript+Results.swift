/// The lines after the clone, which write results.
extension CloneScript {
    mutating func readResult(_ words: [Word]) throws(OwnImageReason) {
        if words.count == 2, words[0].plain == "cd" {
            guard paths.place(of: try values.text(of: words[1])) == paths.place(of: checkoutPath) else {
                throw Self.unknown(words)
            }
            hasEntered = true
            return
        }
        guard hasEntered else { throw Self.unknown(words) }
        guard words.count == 1 else { return try readWriting(words) }
        guard let (name, value) = Self.assignment(words[0]), Self.isFree(name) else { throw Self.unknown(words) }
        if value.segments.count == 1, case .command(let text) = value.segments[0] {
            guard let answer = Self.question(text) else { throw Self.unknown(words) }
            answers[name] = answer
            values[name] = nil
        } else {
            values[name] = try values.text(of: value)
            answers[name] = nil
        }
    }

    /// A line that ends with `> "$(results.NAME.path)"`.
    private mutating func readWriting(_ words: [Word]) throws(OwnImageReason) {
        guard words.count > 3, words[words.count - 2].plain == ">",
            let name = try resultName(words[words.count - 1])
        else { throw Self.unknown(words) }
        let command = Array(words.dropLast(2))
        let text = command.map { $0.plain ?? "" }
        let value: CloneTask.Result.Value
        var endsLine = false
        switch (text[0], text.count > 1 ? text[1] : "") {
        case ("printf", "%s") where command.count == 3:
            value = try self.value(of: command[2])
        case ("printf", "%s\\\\n") where command.count == 3:
            value = try self.value(of: command[2])
            endsLine = true
        case ("echo", "-n") where command.count == 3:
            value = try self.value(of: command[2])
        case ("echo", _) where command.count == 2:
            value = try self.value(of: command[1])
            endsLine = true
        default:
            let asked = text.joined(separator: " ")
            guard let answer = Self.question(asked) else { throw Self.unknown(words) }
            value = answer
            endsLine = !asked.contains("|")
        }
        results.removeAll { $0.name == name }
        results.append(CloneTask.Result(name: name, value: value, endsLine: endsLine))
    }

    private func resultName(_ word: Word) throws(OwnImageReason) -> String? {
        if let name = Self.result(word) { return name }
        let path = try values.text(of: word)
        return Self.result(Word(segments: [.text(path)]))
    }

    private func value(of word: Word) throws(OwnImageReason) -> CloneTask.Result.Value {
        if word.segments.count == 1 {
            if case .variable(let name) = word.segments[0], let answer = answers[name] { return answer }
            if case .command(let text) = word.segments[0], let answer = Self.question(text) { return answer }
        }
        return .text(try values.text(of: word))
    }

    /// What a question to git is about; a line break at the end of the answer is cut by the shell or by `tr`.
    private static func question(_ text: String) -> CloneTask.Result.Value? {
        let asked = text.hasSuffix(" | tr -d \\\\n") ? String(text.dropLast(" | tr -d \\\\n".count)) : text
        switch asked {
        case "git rev-parse HEAD": return .commit
        case "git rev-parse --short HEAD": return .commitShort
        case "git log -1 --pretty=%ct", "git log -1 --format=%ct": return .committerDate
        default: return nil
        }
    }
}
