/// What the script of a clone Task does, found by reading every line of it.
///
/// The order is that of the known forms: preparations, one call of `git-init`, then results.
struct CloneScript {
    typealias Word = ShellScript.Word
    typealias Statement = ShellScript.Statement

    /// What a result is written from.
    enum Value: Hashable {
        case commit, commitShort, committerDate
        case word(Word)
    }

    struct Result: Hashable {
        var name: String
        var value: Value
        var endsLine: Bool
    }

    /// A flag of `git-init` that was given.
    private(set) var flags: [String: Word] = [:]
    /// The conditions under which the folder is emptied first.
    private(set) var deletes: [Word] = []
    private(set) var verbose: [Word] = []
    private(set) var proxies: [Word] = []
    private(set) var results: [Result] = []
    /// The workspace that is cloned into and, if there is one, the word for a directory in it.
    private(set) var workspace = ""
    private(set) var subdirectory: Word?
    /// Workspaces with a user and a password, with ssh keys, with certificates.
    var credentials: Set<String> = []
    var keys: Set<String> = []
    var certificates: Set<String> = []

    private var folder = ""
    private var emptying: Set<String> = []
    private var values: [String: Value] = [:]
    private var exitCode = ""
    private var stopsOnErrors: Bool
    /// Names that the script must not give another value.
    private let reserved: Set<String>
    private var hasCloned = false
    private var hasEntered = false
    /// The statement that is not known.
    private(set) var unknown: Statement?

    /// - Parameters:
    ///   - script: The script as it is written in the Task.
    ///   - environment: What the step's environment holds, by name, as it is written.
    init(_ script: ShellScript, environment: [String: String]) {
        let variables = environment.compactMapValues { text -> Word? in
            guard text.hasPrefix("$("), text.hasSuffix(")") else { return nil }
            return TektonVariable.normalised(String(text.dropFirst(2).dropLast())).map { Word(segments: [.tekton($0)]) }
        }
        reserved = Set(environment.keys).union(["PATH", "HOME", "IFS", "ENV"])
        // Tekton gives a script without an interpreter `sh` and `set -e`.
        stopsOnErrors = script.interpreter == nil
        let shells = ["sh", "bash", "ash", "dash"]
        let known = shells.flatMap { ["/bin/\($0)", "/usr/bin/\($0)", "/usr/bin/env \($0)"] }
        guard script.interpreter.map({ known.contains($0) }) ?? true else {
            unknown = .command([])
            return
        }
        for statement in script.statements.map({ Self.resolve($0, variables) }) where unknown == nil {
            let isKnown = hasCloned ? readResult(statement) : readPreparation(statement)
            if !isKnown { unknown = statement }
        }
        if unknown == nil, !hasCloned || !stopsOnErrors { unknown = .command([]) }
    }

    // MARK: - Before the clone

    private mutating func readPreparation(_ statement: Statement) -> Bool {
        switch statement {
        case .command(let words):
            return readSet(words) || readFolder(words) || readProxy(words) || readSafeDirectory(words)
                || readClone(words)
        case .function(let name, let body):
            guard !folder.isEmpty, body == Self.emptyingBody(of: folder) else { return false }
            return emptying.insert(name).inserted
        case .conditional(let condition, let body):
            guard let subject = Self.comparison(condition, "=", "true") else { return false }
            if let workspace = Self.workspace(subject, field: "bound") { return readMaterial(of: workspace, body) }
            if body == Self.statements("set -x") {
                verbose.append(subject)
                return true
            }
            guard body.count == 1, case .command(let words) = body[0] else { return false }
            let text = words.compactMap(\.plain)
            guard text.count == words.count, emptying.contains(text[0]) else { return false }
            guard text.count == 1 || text[1...] == ["||", "true"] else { return false }
            deletes.append(subject)
            return true
        }
    }

    private mutating func readSet(_ words: [Word]) -> Bool {
        let text = words.compactMap(\.plain)
        guard text.count == words.count, text.first == "set", text.count > 1 else { return false }
        var rest = text.dropFirst()
        while let option = rest.popFirst() {
            guard option.hasPrefix("-"), option.count > 1 else { return false }
            for letter in option.dropFirst() {
                switch letter {
                case "e": stopsOnErrors = true
                case "u", "x": break
                case "o":
                    guard let name = rest.popFirst(), ["pipefail", "errexit", "nounset"].contains(name) else {
                        return false
                    }
                    if name == "errexit" { stopsOnErrors = true }
                default: return false
                }
            }
        }
        return true
    }

    /// Reads `CHECKOUT_DIR="$(workspaces.output.path)/$(params.subdirectory)"`.
    private mutating func readFolder(_ words: [Word]) -> Bool {
        guard folder.isEmpty, words.count == 1, let (name, value) = Self.assignment(words[0]) else { return false }
        guard isFree(name), let first = value.segments.first, case .tekton = first,
            let workspace = Self.workspace(Word(segments: [first]), field: "path")
        else { return false }
        var rest = Array(value.segments.dropFirst())
        if !rest.isEmpty {
            guard case .text(let text) = rest[0], text.hasPrefix("/") else { return false }
            rest[0] = .text(String(text.dropFirst()))
            subdirectory = Word(segments: rest.filter { $0 != .text("") }, isExposed: value.isExposed)
        }
        folder = name
        self.workspace = workspace
        return true
    }

    private mutating func readProxy(_ words: [Word]) -> Bool {
        guard words.count == 6, words[0...1].map(\.plain) == ["test", "-z"], words[3].plain == "||",
            words[4].plain == "export", let (name, value) = Self.assignment(words[5]), value == words[2]
        else { return false }
        guard ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].contains(name.uppercased()) else { return false }
        proxies.append(value)
        return true
    }

    private func readSafeDirectory(_ words: [Word]) -> Bool {
        guard words.count == 6,
            words[0...4].map(\.plain) == ["git", "config", "--global", "--add", "safe.directory"]
        else { return false }
        return words[5].plain == "\\*" || isFolder(words[5]) || Self.workspace(words[5], field: "path") == workspace
    }

    /// The call of `git-init`, whose flags are Go's: `-name value` or `-name=value`, one or two dashes.
    private mutating func readClone(_ words: [Word]) -> Bool {
        guard Self.isClone(words[0]), !folder.isEmpty else { return false }
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            guard case .text(let text)? = word.segments.first, text.hasPrefix("-") else { return false }
            let flag = text.dropFirst(text.hasPrefix("--") ? 2 : 1)
            let name: String
            let value: Word
            if let sign = flag.firstIndex(of: "=") {
                name = String(flag[..<sign])
                let after = ShellScript.Segment.text(String(flag[flag.index(after: sign)...]))
                let segments = (after == .text("") ? [] : [after]) + word.segments.dropFirst()
                value = Word(segments: segments, isExposed: word.isExposed)
            } else {
                guard word.segments.count == 1 else { return false }
                name = String(flag)
                if Self.booleans.contains(name) {
                    value = Word(segments: [.text("true")])
                } else {
                    guard let next = rest.popFirst() else { return false }
                    value = next
                }
            }
            guard Self.booleans.contains(name) || Self.texts.contains(name) else { return false }
            guard flags.updateValue(value, forKey: name) == nil else { return false }
        }
        guard flags["url"] != nil, let path = flags["path"], isFolder(path) else { return false }
        hasCloned = true
        return true
    }

    static func isClone(_ word: Word) -> Bool {
        guard let text = word.plain else { return false }
        return text == "git-init" || text.hasSuffix("/git-init")
    }

    private static let booleans: Set<String> = ["sslVerify", "submodules"]
    private static let texts: Set<String> = [
        "url", "revision", "refspec", "path", "depth", "sparseCheckoutDirectories",
    ]

    // MARK: - After the clone

    private mutating func readResult(_ statement: Statement) -> Bool {
        switch statement {
        case .function: return false
        case .conditional(let condition, let body):
            guard !exitCode.isEmpty, let subject = Self.comparison(condition, "!=", "0") else { return false }
            guard subject.segments == [.variable(exitCode)] else { return false }
            return body == Self.statements("exit \"${\(exitCode)}\"")
        case .command(let words):
            if words.count == 2, words[0].plain == "cd", isFolder(words[1]) {
                hasEntered = true
                return true
            }
            guard hasEntered else { return false }
            if words.count == 1, let (name, value) = Self.assignment(words[0]) { return readAssignment(name, value) }
            return readWriting(words)
        }
    }

    private mutating func readAssignment(_ name: String, _ value: Word) -> Bool {
        guard name != folder, isFree(name), value.segments.count == 1 else { return false }
        if value.segments[0] == .variable("?") {
            exitCode = name
            return true
        }
        guard case .command(let text) = value.segments[0], let found = Self.question(text) else { return false }
        values[name] = found
        return true
    }

    /// A line that ends with `> "$(results.NAME.path)"`.
    private mutating func readWriting(_ words: [Word]) -> Bool {
        guard words.count > 3, words[words.count - 2].plain == ">", let name = Self.result(words[words.count - 1])
        else { return false }
        let command = Array(words.dropLast(2))
        let text = command.map { $0.plain ?? "" }
        var value: Value
        var endsLine = false
        switch (text[0], text.count > 1 ? text[1] : "") {
        case ("printf", "%s") where command.count == 3:
            value = .word(command[2])
        case ("printf", "%s\\\\n") where command.count == 3:
            value = .word(command[2])
            endsLine = true
        case ("echo", "-n") where command.count == 3:
            value = .word(command[2])
        case ("echo", _) where command.count == 2:
            value = .word(command[1])
            endsLine = true
        default:
            let asked = text.joined(separator: " ")
            guard let found = Self.question(asked) else { return false }
            value = found
            endsLine = !asked.contains("|")
        }
        if case .word(let word) = value, word.segments.count == 1, case .variable(let name) = word.segments[0],
            let known = values[name]
        {
            value = known
        }
        results.append(Result(name: name, value: value, endsLine: endsLine))
        return true
    }

    /// What a question to git is about; a line break at the end of the answer is cut by the shell or by `tr`.
    private static func question(_ text: String) -> Value? {
        let asked = text.hasSuffix(" | tr -d \\\\n") ? String(text.dropLast(" | tr -d \\\\n".count)) : text
        switch asked {
        case "git rev-parse HEAD": return .commit
        case "git rev-parse --short HEAD": return .commitShort
        case "git log -1 --pretty=%ct", "git log -1 --format=%ct": return .committerDate
        default: return nil
        }
    }

    private func isFree(_ name: String) -> Bool { !reserved.contains(name) && !name.hasPrefix("GIT_") }

    private func isFolder(_ word: Word) -> Bool { word.segments == [.variable(folder)] }
}
