/// A regular expression with RE2's syntax, matched in time that grows with the text and not with its chances.
package struct Pattern {
    private enum Instruction {
        case match
        case take(ScalarSet)
        case check(PatternNode.Assertion)
        /// Go on at both places.
        case split(Int, Int)
        case jump(Int)
    }

    private var program: [Instruction] = []
    private static let sizeLimit = 100_000

    /// Reads an expression.
    /// - Parameter pattern: The expression.
    /// - Throws: What is wrong with it.
    package init(_ pattern: String) throws(PatternError) {
        try compile(PatternParser.parse(pattern), of: pattern)
        program.append(.match)
    }

    /// Whether the expression fits somewhere in the text.
    package func isFound(in text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        for index in 0...scalars.count {
            if add(0, to: &current, at: index, in: scalars) { return true }
            guard index < scalars.count else { break }
            next.removeAll()
            for place in current.places {
                guard case .take(let set) = program[place], set.contains(scalars[index]) else { continue }
                if add(place + 1, to: &next, at: index + 1, in: scalars) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    // MARK: - Matching

    /// The places in the program at which the text can go on, each once.
    private struct Threads {
        private(set) var places: [Int] = []
        private var isThere: [Bool]

        init(count: Int) { isThere = Array(repeating: false, count: count) }

        mutating func insert(_ place: Int) -> Bool {
            guard !isThere[place] else { return false }
            isThere[place] = true
            places.append(place)
            return true
        }

        mutating func removeAll() {
            for place in places { isThere[place] = false }
            places.removeAll(keepingCapacity: true)
        }
    }

    /// Follows the program until it asks for a character; returns whether it came to its end.
    private func add(_ start: Int, to threads: inout Threads, at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        var open = [start]
        while let place = open.popLast() {
            guard threads.insert(place) else { continue }
            switch program[place] {
            case .match: return true
            case .take: break
            case .check(let assertion):
                if holds(assertion, at: index, in: scalars) { open.append(place + 1) }
            case .split(let first, let second): open += [second, first]
            case .jump(let target): open.append(target)
            }
        }
        return false
    }

    private func holds(_ assertion: PatternNode.Assertion, at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let isWordBefore = index > 0 && ScalarSet.word.contains(scalars[index - 1])
        let isWordAfter = index < scalars.count && ScalarSet.word.contains(scalars[index])
        return switch assertion {
        case .textStart: index == 0
        case .textEnd: index == scalars.count
        case .lineStart: index == 0 || scalars[index - 1] == "\n"
        case .lineEnd: index == scalars.count || scalars[index] == "\n"
        case .wordBoundary: isWordBefore != isWordAfter
        case .noWordBoundary: isWordBefore == isWordAfter
        }
    }

    // MARK: - Compiling

    private mutating func compile(_ node: PatternNode, of pattern: String) throws(PatternError) {
        guard program.count < Self.sizeLimit else { throw PatternError("expression too large", pattern) }
        switch node {
        case .empty: break
        case .set(let set): program.append(.take(set))
        case .assertion(let assertion): program.append(.check(assertion))
        case .sequence(let parts): for part in parts { try compile(part, of: pattern) }
        case .choice(let branches):
            var ends: [Int] = []
            for (index, branch) in branches.enumerated() {
                guard index < branches.count - 1 else {
                    try compile(branch, of: pattern)
                    break
                }
                let split = program.count
                program.append(.match)
                try compile(branch, of: pattern)
                ends.append(program.count)
                program.append(.match)
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repetition(let part, let minimum, let maximum):
            for _ in 0..<minimum { try compile(part, of: pattern) }
            guard let maximum else {
                let split = program.count
                program.append(.match)
                try compile(part, of: pattern)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                splits.append(program.count)
                program.append(.match)
                try compile(part, of: pattern)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }
}

/// Why a regular expression is none.
package struct PatternError: Error, Hashable, CustomStringConvertible {
    private let problem: String
    private let part: String

    init(_ problem: String, _ part: String) {
        self.problem = problem
        self.part = part
    }

    /// Go's words.
    package var description: String { "error parsing regexp: \(problem): `\(part)`" }
}
