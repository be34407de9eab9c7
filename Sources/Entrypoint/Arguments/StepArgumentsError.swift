/// What is wrong with an entrypoint's command line.
package enum StepArgumentsError: Error, Equatable, CustomStringConvertible {
    case unknownFlag(String)
    case unexpectedArgument(String)
    case missingValue(flag: String)
    case invalidValue(flag: String, value: String, expected: String)
    case missingCommand

    /// The error in a sentence.
    package var description: String {
        switch self {
        case .unknownFlag(let name):
            "flag provided but not defined: -\(name)"
        case .unexpectedArgument(let argument):
            "unexpected argument '\(argument)'; the command's own arguments go after --"
        case .missingValue(let flag):
            "flag needs an argument: -\(flag)"
        case .invalidValue(let flag, let value, let expected):
            "invalid value '\(value)' for flag -\(flag): expected \(expected)"
        case .missingCommand:
            "no command to run; give it with -entrypoint"
        }
    }
}
