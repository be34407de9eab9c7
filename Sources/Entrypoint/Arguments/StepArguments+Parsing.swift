extension StepArguments {
    /// Reads a command line: flags, then `--`, then the arguments of the command.
    ///
    /// As Go's `flag` package does, it takes one dash or two, and `-flag value` or `-flag=value`. Wait files given by
    /// several flags add up; of any other flag the last one counts.
    package init(parsing arguments: [String]) throws(StepArgumentsError) {
        let flags = arguments.prefix { $0 != "--" }
        let rest = Array(arguments.dropFirst(flags.count + 1))
        self.init(command: [])

        var program: String?
        var remaining = flags[...]
        while let argument = remaining.popFirst() {
            let (flag, attached) = try Self.flag(in: argument)
            if flag.isSwitch {
                try setSwitch(flag, to: attached)
                continue
            }
            guard let value = attached ?? remaining.popFirst() else {
                throw .missingValue(flag: flag.rawValue)
            }
            if flag == .entrypoint {
                program = value
            } else {
                try set(flag, to: value)
            }
        }
        guard let program, !program.isEmpty else {
            throw .missingCommand
        }
        command = [program] + rest
    }

    private static func flag(in argument: String) throws(StepArgumentsError) -> (Flag, attached: String?) {
        let dashes = argument.prefix { $0 == "-" }.count
        guard dashes == 1 || dashes == 2, argument.utf8.count > dashes else {
            throw .unexpectedArgument(argument)
        }
        let body = argument.dropFirst(dashes)
        let name = body.prefix { $0 != "=" }
        guard let flag = Flag(rawValue: String(name)) else {
            throw .unknownFlag(String(name))
        }
        return (flag, body.count > name.count ? String(body.dropFirst(name.count + 1)) : nil)
    }

    private mutating func setSwitch(_ flag: Flag, to text: String?) throws(StepArgumentsError) {
        let value: Bool
        switch text {
        case nil, "1", "t", "T", "true", "True", "TRUE": value = true
        case "0", "f", "F", "false", "False", "FALSE": value = false
        case .some(let other): throw .invalidValue(flag: flag.rawValue, value: other, expected: "true or false")
        }
        switch flag {
        case .waitFileContent: waitFileContent = value
        case .reportLargeResults: reportsLargeResults = value
        case .breakpointBeforeStep: breakpointBeforeStep = value
        default: breakpointOnFailure = value
        }
    }

    private mutating func set(_ flag: Flag, to value: String) throws(StepArgumentsError) {
        switch flag {
        case .waitFile: waitFiles += Self.list(value)
        case .postFile: postFile = Self.optional(value)
        case .terminationPath: terminationPath = value
        case .stepMetadataDirectory: stepMetadataDirectory = Self.optional(value)
        case .reportDirectory: reportDirectory = Self.optional(value)
        case .results: results = Self.list(value)
        case .stepResults: stepResults = Self.list(value)
        case .resultExtraction: resultExtraction = try Self.choice(value, of: flag)
        case .timeout:
            guard let duration = GoDuration.parse(value) else {
                throw .invalidValue(flag: flag.rawValue, value: value, expected: "a duration such as 90s or 1h30m")
            }
            guard duration >= .zero else {
                throw .invalidValue(flag: flag.rawValue, value: value, expected: "a duration that is not negative")
            }
            timeout = duration
        case .onError: onError = value.isEmpty ? nil : try Self.choice(value, of: flag)
        case .stdoutPath: stdoutPath = Self.optional(value)
        case .stderrPath: stderrPath = Self.optional(value)
        case .whenExpressions:
            guard let expressions = WhenExpression.list(value) else {
                throw .invalidValue(flag: flag.rawValue, value: value, expected: "a list of when expressions in JSON")
            }
            when = expressions
        case .waitFileContent, .reportLargeResults, .breakpointOnFailure, .breakpointBeforeStep, .entrypoint:
            preconditionFailure("-\(flag.rawValue) is not set by a plain value")
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map(String.init)
    }

    private static func optional(_ text: String) -> String? {
        text.isEmpty ? nil : text
    }

    private static func choice<Choice>(_ text: String, of flag: Flag) throws(StepArgumentsError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw .invalidValue(flag: flag.rawValue, value: text, expected: known)
        }
        return choice
    }
}
