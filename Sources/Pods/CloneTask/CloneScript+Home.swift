/// The lines that fill the step's home: `cp`, `mkdir` and `chmod`.
extension CloneScript {
    mutating func readCopying(_ words: [Word], mayFail: Bool) throws(OwnImageReason) {
        var (options, operands) = try Self.options(words, known: "RrfpaL")
        guard operands.count > 1, let last = operands.popLast() else { throw Self.unknown(words) }
        var target = try target(last, words)
        guard !target.isEach else { throw Self.unknown(words) }
        target.isFolder = target.isFolder || operands.count > 1
        for operand in operands {
            let source = try source(operand, words)
            if source.part == .each { target.isFolder = true }
            let action = HomeOperation.Action.copy(
                source,
                to: target,
                isRecursive: !options.isDisjoint(with: ["R", "r", "a"]),
                keepsModes: !options.isDisjoint(with: ["p", "a"]),
                followsLinks: options.contains("L") || options.isDisjoint(with: ["R", "r", "a"])
            )
            home.append(HomeOperation(action: action, mayFail: mayFail))
        }
    }

    mutating func readMakingFolders(_ words: [Word], mayFail: Bool) throws(OwnImageReason) {
        let (options, operands) = try Self.options(words, known: "p")
        for operand in operands {
            let path = try values.text(of: operand)
            if case .home(let components) = paths.place(of: path) {
                // The home itself is there.
                guard !components.isEmpty else { continue }
                let target = try target(operand, words)
                let action = HomeOperation.Action.makeFolder(target, withParents: options.contains("p"))
                home.append(HomeOperation(action: action, mayFail: mayFail))
            } else {
                guard options.contains("p") else { throw Self.unknown(words) }
                makesFolder(path)
            }
        }
    }

    mutating func readModes(_ words: [Word], mayFail: Bool) throws(OwnImageReason) {
        var (options, operands) = try Self.options(words, known: "R")
        guard operands.count > 1, let mode = operands.removeFirst().plain.flatMap({ UInt32($0, radix: 8) }),
            mode <= 0o7777
        else { throw Self.unknown(words) }
        for operand in operands {
            let action = HomeOperation.Action.changeMode(
                mode,
                try target(operand, words),
                isRecursive: options.contains("R")
            )
            home.append(HomeOperation(action: action, mayFail: mayFail))
        }
    }

    /// The letters of the options and what else there is.
    private static func options(
        _ words: [Word],
        known: String
    ) throws(OwnImageReason) -> (options: Set<Character>, operands: [Word]) {
        var options: Set<Character> = []
        var operands: [Word] = []
        for word in words.dropFirst() {
            if let text = word.plain, text.hasPrefix("-") {
                guard text.count > 1, text.dropFirst().allSatisfy({ known.contains($0) }) else { throw unknown(words) }
                options.formUnion(text.dropFirst())
            } else {
                operands.append(word)
            }
        }
        return (options, operands)
    }

    private func source(_ word: Word, _ words: [Word]) throws(OwnImageReason) -> HomeOperation.Source {
        let isEach = word.isPattern("/*")
        let path = try values.text(of: isEach ? word.withoutPattern("/*") : word)
        guard case .workspace(let name, let components) = paths.place(of: path) else { throw Self.unknown(words) }
        let part: HomeOperation.Source.Part =
            if isEach { .each } else if path.hasSuffix("/.") { .contents } else { .itself }
        return HomeOperation.Source(
            workspace: name,
            path: components,
            part: part,
            spelling: isEach ? path + "/*" : path
        )
    }

    private func target(_ word: Word, _ words: [Word]) throws(OwnImageReason) -> HomeOperation.Target {
        let isEach = word.isPattern("/*")
        let path = try values.text(of: isEach ? word.withoutPattern("/*") : word)
        guard case .home(let components) = paths.place(of: path) else {
            guard path.hasPrefix("/") else { throw Self.unknown(words) }
            throw OwnImageReason("its script writes to \(path), which is not in its home")
        }
        var spelling = isEach ? path + "/*" : path
        if spelling.hasPrefix(ScriptValues.unknownHome) {
            spelling = "~" + spelling.dropFirst(ScriptValues.unknownHome.count)
        }
        return HomeOperation.Target(
            path: components,
            isEach: isEach,
            isFolder: path.hasSuffix("/") || path.hasSuffix("/."),
            spelling: spelling
        )
    }
}

extension ShellScript.Word {
    /// Whether it ends with a pattern of the shell that stands outside quotes.
    func isPattern(_ pattern: String) -> Bool {
        guard case .text(let text)? = segments.last else { return false }
        return text.hasSuffix(pattern)
    }

    func withoutPattern(_ pattern: String) -> Self {
        guard case .text(let text)? = segments.last else { return self }
        var word = self
        word.segments[segments.count - 1] = .text(String(text.dropLast(pattern.count)))
        return word
    }
}
