/// The arguments of `git-init`, read as Go's flags are: `-name value` or `-name=value`, one or two dashes, and nothing
/// more after the first argument that is no flag.
struct GitInitFlags {
    private(set) var values: [String: String] = [:]

    /// Nil if a flag is not known or has no value.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument.count > 1, argument != "--" else { return }
            let flag = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            let isBoolean = Self.booleans.contains(parts[0])
            guard isBoolean || Self.texts.contains(parts[0]) else { return nil }
            if parts.count == 2 {
                values[parts[0]] = parts[1]
            } else if isBoolean {
                values[parts[0]] = "true"
            } else {
                guard let next = rest.popFirst() else { return nil }
                values[parts[0]] = next
            }
        }
    }

    private static let booleans: Set<String> = ["sslVerify", "submodules", "userFriendlyErrors"]
    private static let texts: Set<String> = [
        "url", "revision", "refspec", "path", "depth", "sparseCheckoutDirectories", "submodulePaths",
    ]
}
