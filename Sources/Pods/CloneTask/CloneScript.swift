/// What the script of a clone Task does in this run, found by following every line of it.
///
/// The order is that of the known forms: preparations, one call of `git-init`, then results. What stands in a branch
/// that is not taken does not matter.
struct CloneScript {
    typealias Word = ShellScript.Word
    typealias Statement = ShellScript.Statement

    /// The flags of `git-init` that were given.
    private(set) var flags: [String: String] = [:]
    /// Whether the folder is emptied first.
    private(set) var deletesExisting = false
    private(set) var isVerbose = false
    /// What the script does in the home, in its order.
    var home: [HomeOperation] = []
    /// The part of the environment of `git-init` that changes what git does.
    private(set) var exports: [String: String]
    var results: [CloneTask.Result] = []
    /// The folder that is cloned into: its workspace, the way from there and the path as the script spells it.
    private(set) var workspace = ""
    private(set) var subdirectory: [String] = []
    private(set) var checkoutPath = ""

    var values: ScriptValues
    let paths: StepPaths
    private var functions: [String: [Statement]] = [:]
    /// Folders that the script makes or empties, by their paths; which of the patterns were removed.
    private var made: Set<String> = []
    private var emptied: [String: Set<String>] = [:]
    /// Variables that hold what git said.
    var answers: [String: CloneTask.Result.Value] = [:]
    /// Whether the script has gone into the folder that was cloned into.
    var hasEntered = false
    private var stopsOnErrors: Bool
    private var hasCloned = false

    /// - Parameters:
    ///   - script: The script as it is written in the Task.
    ///   - values: What its words stand for.
    ///   - exports: What of the step's environment changes what git does.
    ///   - paths: Where the step sees its workspaces and its home.
    /// - Throws: Why only the Task's own image can do it.
    init(
        _ script: ShellScript,
        values: ScriptValues,
        exports: [String: String],
        paths: StepPaths
    ) throws(OwnImageReason) {
        self.values = values
        self.exports = exports
        self.paths = paths
        // Tekton gives a script without an interpreter `sh` and `set -e`.
        stopsOnErrors = script.interpreter == nil
        let shells = ["sh", "bash", "ash", "dash"]
        let known = shells.flatMap { ["/bin/\($0)", "/usr/bin/\($0)", "/usr/bin/env \($0)"] }
        guard script.interpreter.map({ known.contains($0) }) ?? true else { throw Self.unknownForm }
        try read(script.statements)
        guard hasCloned else { throw Self.unknownForm }
    }

    private static let unknownForm = OwnImageReason("its script is not one of the known forms")

    /// Commands that a function must not stand for.
    private static let commands: Set<String> = [
        "[", "test", "cd", "printf", "echo", "git", "tr", "exit", "set", "export", "rm", "cp", "mkdir", "chmod",
    ]

    static func unknown(_ words: [Word]) -> OwnImageReason {
        let text = words.map { $0.plain ?? "…" }.joined(separator: " ")
        return OwnImageReason("its script does more than clone: \(text)")
    }

    private mutating func read(_ statements: [Statement], onlyRemoves: Bool = false) throws(OwnImageReason) {
        for statement in statements {
            switch statement {
            case .function(let name, let body):
                guard !hasCloned, !Self.commands.contains(name), functions.updateValue(body, forKey: name) == nil
                else { throw Self.unknownForm }
            case .conditional(let condition, let body, let otherwise):
                let words = condition.map { $0.plain ?? "" }
                if words.count == 4, words[0] == "[", words[1] == "-d", words[3] == "]", otherwise.isEmpty {
                    // Removing what is in a folder that is not there does nothing.
                    try read(body, onlyRemoves: true)
                } else {
                    try read(try isTrue(condition) ? body : otherwise, onlyRemoves: onlyRemoves)
                }
            case .command(let words):
                guard !onlyRemoves || words[0].plain == "rm" else { throw Self.unknown(words) }
                guard hasCloned else {
                    try readPreparation(words)
                    continue
                }
                guard functions[words[0].plain ?? ""] == nil else { throw Self.unknown(words) }
                try readResult(words)
            }
        }
    }

    // MARK: - Conditions

    /// Whether the tests of a list hold that are joined by `&&` and `||`.
    private func isTrue(_ words: [Word]) throws(OwnImageReason) -> Bool {
        var result = true
        for (sign, test) in Self.list(words) where sign == "||" ? !result : result { result = try holds(test) }
        return result
    }

    /// The commands of a list, with the operator before each; `&&` before the first.
    private static func list(_ words: [Word]) -> [(sign: String, words: [Word])] {
        var list: [(sign: String, words: [Word])] = [("&&", [])]
        for word in words {
            if let sign = word.plain, sign == "&&" || sign == "||" {
                list.append((sign, []))
            } else {
                list[list.count - 1].words.append(word)
            }
        }
        return list
    }

    private static func isTest(_ words: [Word]) -> Bool {
        ["[", "[[", "test"].contains(words.first?.plain)
    }

    private func holds(_ words: [Word]) throws(OwnImageReason) -> Bool {
        var inner = words.dropFirst()
        guard Self.isTest(words) else { throw Self.unknown(words) }
        if words[0].plain != "test" {
            guard ["]", "]]"].contains(inner.popLast()?.plain) else { throw Self.unknown(words) }
        }
        if inner.first?.plain == "!" { return try !holds([words[0]] + inner.dropFirst() + words.suffix(1)) }
        let parts = Array(inner)
        switch (parts.count, parts.first?.plain, parts.dropFirst().first?.plain) {
        case (1, _, _): return try !values.text(of: parts[0]).isEmpty
        case (2, "-n", _): return try !values.text(of: parts[1]).isEmpty
        case (2, "-z", _): return try values.text(of: parts[1]).isEmpty
        case (3, _, "="), (3, _, "=="): return try values.text(of: parts[0]) == values.text(of: parts[2])
        case (3, _, "!="): return try values.text(of: parts[0]) != values.text(of: parts[2])
        default: throw Self.unknown(words)
        }
    }

    // MARK: - Before the clone

    private mutating func readPreparation(_ words: [Word]) throws(OwnImageReason) {
        let list = Self.list(words)
        guard list.count > 1 else { return try readCommand(words) }
        guard list.allSatisfy({ !$0.words.isEmpty }) else { throw Self.unknown(words) }
        if Self.isTest(list[0].words) {
            var result = true
            for (sign, words) in list where sign == "||" ? !result : result {
                if Self.isTest(words) {
                    result = try holds(words)
                } else {
                    try readCommand(words)
                    result = true
                }
            }
        } else {
            guard list.count == 2, list[1].sign == "||", ["true", ":"].contains(list[1].words[0].plain),
                list[1].words.count == 1
            else { throw Self.unknown(words) }
            try readCommand(list[0].words, mayFail: true)
        }
    }

    private mutating func readCommand(_ words: [Word], mayFail: Bool = false) throws(OwnImageReason) {
        guard !words.contains(where: { ["|", "&", ">", ">>", "<", "(", ")"].contains($0.plain) }) else {
            throw Self.unknown(words)
        }
        let name = words[0].plain ?? ""
        if let body = functions[name] {
            guard words.count == 1 else { throw Self.unknown(words) }
            // One that calls itself is not followed.
            functions[name] = nil
            // Where it may fail, each of its lines may, and what follows would depend on it.
            try read(body, onlyRemoves: mayFail)
            functions[name] = body
            return
        }
        switch name {
        case "rm": try readRemoval(words)
        case "cp": try readCopying(words, mayFail: mayFail)
        case "mkdir": try readMakingFolders(words, mayFail: mayFail)
        case "chmod": try readModes(words, mayFail: mayFail)
        case _ where mayFail: throw Self.unknown(words)
        case "set": try readSet(words)
        case "export": try readExport(words)
        case "git": try readSafeDirectory(words)
        case _ where Self.isClone(words[0]): try readClone(words)
        default:
            guard words.count == 1, let (name, value) = Self.assignment(words[0]), Self.isFree(name) else {
                throw Self.unknown(words)
            }
            values[name] = try values.text(of: value)
            if exports[name] != nil { exports[name] = values[name] }
        }
    }

    private mutating func readSet(_ words: [Word]) throws(OwnImageReason) {
        let text = words.compactMap(\.plain)
        guard text.count == words.count, text.count > 1 else { throw Self.unknown(words) }
        var rest = text.dropFirst()
        while let option = rest.popFirst() {
            if option == "+x" {
                isVerbose = false
                continue
            }
            guard option.hasPrefix("-"), option.count > 1 else { throw Self.unknown(words) }
            for letter in option.dropFirst() {
                switch letter {
                case "e": stopsOnErrors = true
                case "u": break
                case "x": isVerbose = true
                case "o":
                    guard let name = rest.popFirst(), ["pipefail", "errexit", "nounset"].contains(name) else {
                        throw Self.unknown(words)
                    }
                    if name == "errexit" { stopsOnErrors = true }
                default: throw Self.unknown(words)
                }
            }
        }
    }

    private mutating func readExport(_ words: [Word]) throws(OwnImageReason) {
        for word in words.dropFirst() {
            let assignment = Self.assignment(word)
            guard let name = assignment?.name ?? word.plain, !name.hasPrefix("-") else { throw Self.unknown(words) }
            guard GitEnvironment.names.contains(name) || Self.isFree(name) else { throw Self.unknown(words) }
            if let value = assignment?.value { values[name] = try values.text(of: value) }
            if GitEnvironment.names.contains(name) { exports[name] = values[name] }
        }
    }

    private func readSafeDirectory(_ words: [Word]) throws(OwnImageReason) {
        guard words.count == 6,
            words[1...4].map(\.plain) == ["config", "--global", "--add", "safe.directory"]
        else { throw Self.unknown(words) }
        if words[5].plain != "\\*" { _ = try values.text(of: words[5]) }
    }

    /// Reads `rm -rf "$FOLDER"/*` and its like for hidden files.
    private mutating func readRemoval(_ words: [Word]) throws(OwnImageReason) {
        guard words.count > 2, ["-rf", "-fr"].contains(words[1].plain) else { throw Self.unknown(words) }
        for word in words.dropFirst(2) {
            guard let pattern = Self.emptyingPatterns.first(where: { word.isPattern($0) }) else {
                throw Self.unknown(words)
            }
            let folder = try values.text(of: word.withoutPattern(pattern))
            emptied[folder, default: []].insert(pattern)
        }
    }

    private static let emptyingPatterns = ["/.[!.]*", "/..?*", "/*"]

    /// Notes that the script makes a folder outside the home.
    mutating func makesFolder(_ path: String) { made.insert(path) }

    // MARK: - The clone

    static func isClone(_ word: Word) -> Bool {
        guard let text = word.plain else { return false }
        return text == "git-init" || text.hasSuffix("/git-init")
    }

    private mutating func readClone(_ words: [Word]) throws(OwnImageReason) {
        guard stopsOnErrors else { throw Self.unknownForm }
        var arguments: [String] = []
        for word in words.dropFirst() { arguments.append(try values.text(of: word)) }
        guard let flags = GitInitFlags(arguments) else { throw Self.unknown(words) }
        self.flags = flags.values
        guard let path = flags.values["path"], let place = paths.workspace(of: path) else {
            throw OwnImageReason("its directory '\(flags.values["path"] ?? "")' is in none of its workspaces")
        }
        guard let components = StepPaths.components(place.rest) else {
            throw OwnImageReason("its subdirectory '\(place.rest)' leads out of the workspace")
        }
        (workspace, subdirectory, checkoutPath) = (place.name, components, path)
        let target = paths.place(of: path)
        guard made.allSatisfy({ paths.place(of: $0) == target }) else {
            throw OwnImageReason("its script makes other directories")
        }
        for (folder, patterns) in emptied {
            guard paths.place(of: folder) == target, patterns.count == Self.emptyingPatterns.count else {
                throw OwnImageReason("its script removes other files")
            }
            deletesExisting = true
        }
        hasCloned = true
        values["?"] = "0"
    }

    /// Whether a script may give a variable another value without changing what its commands do.
    static func isFree(_ name: String) -> Bool {
        let prefixes = ["GIT_", "SSH_", "LD_", "CURL_", "SSL_"]
        return !["PATH", "HOME", "IFS", "ENV", "all_proxy", "ALL_PROXY"].contains(name)
            && !prefixes.contains { name.hasPrefix($0) }
    }
}
