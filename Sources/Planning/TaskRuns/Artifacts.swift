import Foundation
package import YAML

/// What a step or a Task used and made, as it said itself.
///
/// [Tekton: Artifacts](https://tekton.dev/docs/pipelines/artifacts/)
package struct Artifacts: Sendable, Hashable, Codable {
    /// A category with the things in it.
    package struct Artifact: Sendable, Hashable, Codable {
        /// One thing: where it is, and how its content is known again.
        package struct Value: Sendable, Hashable, Codable {
            /// Digests by the name of their algorithm.
            package var digest: [String: String]
            package var uri: String
        }

        package var name: String
        package var values: [Value]
        /// It is what the build was for, and no by-product.
        package var isBuildOutput: Bool
    }

    package var inputs: [Artifact]
    package var outputs: [Artifact]

    package init(inputs: [Artifact] = [], outputs: [Artifact] = []) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Reads the file that a step writes; nil if it has not the form.
    package init?(json text: String) {
        // What a step writes there may be anything.
        guard let node = try? JSONDecoder().decode(YAMLNode.self, from: Data(text.utf8)), node.mapping != nil else {
            return nil
        }
        inputs = (node["inputs"]?.elements ?? []).map { Artifact($0) }
        outputs = (node["outputs"]?.elements ?? []).map { Artifact($0) }
    }

    package var isEmpty: Bool { inputs.isEmpty && outputs.isEmpty }

    /// Adds what others have used and made: one category of each name, each thing once.
    package mutating func merge(_ other: Artifacts) {
        inputs = Self.merged(inputs, other.inputs)
        outputs = Self.merged(outputs, other.outputs)
        for index in inputs.indices { inputs[index].isBuildOutput = false }
    }

    private static func merged(_ own: [Artifact], _ others: [Artifact]) -> [Artifact] {
        var merged: [Artifact] = []
        for artifact in own {
            // Of two with one name the later counts.
            merged.removeAll { $0.name == artifact.name }
            merged.append(artifact)
        }
        for artifact in others {
            let index: Int
            if let known = merged.firstIndex(where: { $0.name == artifact.name }) {
                index = known
            } else {
                index = merged.count
                merged.append(Artifact(name: artifact.name, values: [], isBuildOutput: false))
            }
            if artifact.isBuildOutput { merged[index].isBuildOutput = true }
            for value in artifact.values where !merged[index].values.contains(value) {
                merged[index].values.append(value)
            }
        }
        return merged.sorted { $0.name < $1.name }
    }
}

extension Artifacts {
    /// The artifacts as they stand in a `.status`.
    package var node: YAMLNode {
        var node: YAMLNode = [:]
        if !inputs.isEmpty { node["inputs"] = YAMLNode(inputs.map(\.node)) }
        if !outputs.isEmpty { node["outputs"] = YAMLNode(outputs.map(\.node)) }
        return node
    }
}

extension Artifacts.Artifact {
    fileprivate init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        values = (node["values"]?.elements ?? []).map { value in
            let digests = (value["digest"]?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? "") }
            return Value(digest: Dictionary(digests, uniquingKeysWith: { $1 }), uri: value["uri"]?.string ?? "")
        }
        isBuildOutput = node["buildOutput"]?.bool ?? false
    }

    /// As Tekton writes it: what is empty is left out.
    package var node: YAMLNode {
        var node: YAMLNode = [:]
        if !name.isEmpty { node["name"] = YAMLNode(name) }
        if !values.isEmpty { node["values"] = YAMLNode(values.map(\.node)) }
        if isBuildOutput { node["buildOutput"] = true }
        return node
    }
}

extension Artifacts.Artifact.Value {
    package var node: YAMLNode {
        var node: YAMLNode = [:]
        if !digest.isEmpty { node["digest"] = YAMLNode(digest) }
        if !uri.isEmpty { node["uri"] = YAMLNode(uri) }
        return node
    }
}
