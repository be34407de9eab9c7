package import Manifests
import YAML

/// Gives names to runs that ask for one with `generateName`, as a cluster's API server does.
package enum RunNames {
    /// The letters that Kubernetes makes suffixes of: none that spell words or look alike.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// The run with a name: its own, or the prefix it asks for and five random letters.
    package static func named(
        _ run: Document,
        taken: Set<String> = [],
        using generator: inout some RandomNumberGenerator
    ) -> Document {
        guard run.metadata.name.isEmpty else { return run }
        var name = ""
        repeat {
            let suffix = (0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
            name = String(run.metadata.generateName.prefix(58)) + String(suffix)
        } while taken.contains(name)
        var named = run
        named.root["metadata"]?["name"] = YAMLNode(name)
        named.metadata.name = name
        return named
    }
}
