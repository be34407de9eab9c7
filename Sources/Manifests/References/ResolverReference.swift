import YAML

/// A reference that a resolver answers, its variables replaced: what a ResolutionRequest asks for.
///
/// [Tekton: Remote Resolution](https://tekton.dev/docs/pipelines/resolution/)
package struct ResolverReference: Sendable, Hashable {
    /// `git`, `http`, `hub`, `bundles`, `cluster`, or a name that only some cluster knows.
    package var resolver: String
    /// In the order in which they are written.
    package var params: [Param]
    /// The namespace of the run, in which the Secrets that params name are looked up.
    package var namespace: String

    package init(resolver: String, params: [Param], namespace: String) {
        self.resolver = resolver
        self.params = params
        self.namespace = namespace
    }

    /// The text of a param: the last of that name counts, and one that is no text is empty.
    package subscript(name: String) -> String? {
        params.last { $0.name == name }.map { param in
            if case .string(let text) = param.value { text } else { "" }
        }
    }

    /// Whether variables are left in it that stand for nothing that is known.
    package var hasVariables: Bool {
        params.contains { param in
            switch param.value {
            case .string(let text): text.contains("$(")
            case .array(let texts): texts.contains { $0.contains("$(") }
            case .object(let texts): texts.values.contains { $0.contains("$(") }
            }
        }
    }

    /// `git url=… revision=…`, for people.
    package var summary: String {
        ([resolver] + params.map { "\($0.name)=\(Self.text(of: $0.value))" }).joined(separator: " ")
    }

    private static func text(of value: ParamValue) -> String {
        if case .string(let text) = value { text } else { value.node.jsonText(sortedKeys: true) }
    }
}

// MARK: - Tekton's names

extension ResolverReference {
    /// The namespace and the name of the ResolutionRequest that a cluster would make.
    /// - Parameter owner: The run, or the TaskRun of a pipeline's task, that asks.
    /// - Returns: As Tekton's messages have it, `default/git-1f…`.
    package func requestKey(for owner: String) -> String {
        var hash = FNV128()
        hash.add("\(namespace)/\(owner)")
        let sorted = params.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
        for (_, param) in sorted {
            hash.add(param.name)
            hash.add(Self.text(of: param.value))
        }
        return "\(namespace)/\(resolver.prefix(63 - 33))-\(hash.text)"
    }

    /// What Tekton calls a Task or Pipeline that has no name of its own in a reference.
    package var nameInErrors: String {
        var text = "resolver type \(resolver)\n"
        for param in params {
            if param.name == "name" { text += "name = \(Self.text(of: param.value))\n" }
            if param.name == "url" { text += "url = \(self["url"] ?? "")\n" }
        }
        return text
    }
}

/// The hash FNV-1a of 128 bits.
private struct FNV128 {
    private var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    mutating func add(_ text: String) {
        for byte in text.utf8 {
            value ^= UInt128(byte)
            value = value &* 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
    }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
