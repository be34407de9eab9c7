package import Manifests
import YAML

/// Makes runs new, and gives names to those that ask for one with `generateName`.
package enum RunNames {
    /// The letters that Kubernetes makes suffixes of: none that spell words or look alike.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// The run as a cluster's API server stores a new one: with a name, and without a status.
    ///
    /// The name is its own, or the prefix it asks for and five random letters. A status that a manifest brings is that
    /// of another run, which has begun elsewhere.
    package static func named(
        _ run: Document,
        taken: Set<String> = [],
        using generator: inout some RandomNumberGenerator
    ) -> Document {
        var named = run
        named.root["status"] = nil
        guard run.metadata.name.isEmpty else { return named }
        var name = ""
        repeat {
            let suffix = (0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
            name = String(run.metadata.generateName.prefix(58)) + String(suffix)
        } while taken.contains(name)
        named.root["metadata"]?["name"] = YAMLNode(name)
        named.metadata.name = name
        return named
    }
}
