/// Where the value of a Secret comes from that no manifest holds.
package enum SecretSource: Sendable, Hashable {
    /// A variable of drydock's own environment.
    case environment(String)
    /// A file, or a directory with a file for each key.
    case file(String)
    /// What the user types at the terminal.
    case prompt

    /// The source as it is written, which never is the value.
    package var description: String {
        switch self {
        case .environment(let variable): "env \(variable)"
        case .file(let path): "file \(path)"
        case .prompt: "prompt"
        }
    }
}

/// A Secret as it is given on the command line: `NAME=SOURCE` or, for one of its keys, `NAME/KEY=SOURCE`.
///
/// SOURCE is `env:VARIABLE`, `file:PATH` or `prompt`. A value is refused, and never told again.
package struct SecretArgument: Sendable, Hashable {
    package var name: String
    /// Nil where the keys are told by what uses the Secret, or by the names of files.
    package var key: String?
    package var source: SecretSource

    package init(parsing argument: String) throws(ArgumentError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        // What has no '=' may be a value that slipped in.
        guard parts.count == 2 else {
            throw ArgumentError("a --secret has no '=': expected \(Self.form)")
        }
        (name, key) = try SecretName.parse(parts[0], form: Self.form)
        source = try Self.source(parts[1], of: parts[0])
    }

    static let form = "NAME=env:VARIABLE, NAME=file:PATH or NAME=prompt, and NAME/KEY=… for one key"

    private static func source(_ text: String, of target: String) throws(ArgumentError) -> SecretSource {
        if text == "prompt" { return .prompt }
        if let path = text.suffix(behind: "file:"), !path.isEmpty { return .file(path) }
        if let variable = text.suffix(behind: "env:") {
            guard SecretName.isVariable(variable) else {
                throw ArgumentError(
                    "secret '\(target)': what stands behind env: is not the name of a variable; expected "
                        + "env:VARIABLE, of letters, digits and '_'"
                )
            }
            return .environment(variable)
        }
        throw ArgumentError(
            "secret '\(target)': a value is not taken from the command line, where every user of this machine can read "
                + "it and the shell keeps it; expected \(target)=env:VARIABLE, \(target)=file:PATH or \(target)=prompt"
        )
    }
}

/// Names of Secrets and of their keys.
package enum SecretName {
    /// Reads `NAME` or `NAME/KEY`.
    static func parse(_ text: String, form: String) throws(ArgumentError) -> (name: String, key: String?) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard isName(parts[0]) else {
            throw ArgumentError(
                "a secret is given by a name that no Secret can have: a name is made of small letters, digits, "
                    + "'-' and '.'; expected \(form)"
            )
        }
        guard parts.count == 2 else { return (parts[0], nil) }
        guard isKey(parts[1]) else {
            throw ArgumentError(
                "secret '\(parts[0])': what stands behind the '/' is no key of a Secret, which is made of letters, "
                    + "digits, '-', '_' and '.'"
            )
        }
        return (parts[0], parts[1])
    }

    static func isName(_ text: String) -> Bool {
        let characters = Set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        guard let first = text.first, let last = text.last, text.utf8.count <= 253 else { return false }
        return text.allSatisfy(characters.contains) && !"-.".contains(first) && !"-.".contains(last)
    }

    /// Whether a file of this name can be a key: what Kubernetes itself mounts as `..data` is none.
    package static func isKey(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 253, text != ".", !text.hasPrefix("..") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    static func isVariable(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.utf8.allSatisfy { isKey(String(UnicodeScalar($0))) || $0 == UInt8(ascii: ".") }
            && !text.contains("-") && !text.contains(".")
    }
}

extension String {
    fileprivate func suffix(behind prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
