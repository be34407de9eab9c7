package import Manifests
import YAML

extension PipelineTask {
    /// The results that the task uses: in its params, its matrix, its guards and the texts of an embedded Task.
    package var resultReferences: [ResultReference] {
        var references: [ResultReference] = []
        for param in allParams { references += ResultReference.all(in: param.value) }
        for expression in when {
            for text in [expression.input, expression.cel] + expression.values {
                references += ResultReference.all(in: text)
            }
        }
        return references + embeddedResultReferences
    }

    /// Whether params or guards refer to results: then the task is skipped where a result is missing.
    package var needsResults: Bool {
        params.contains { param in param.value.texts.contains { !ResultReference.all(in: $0).isEmpty } }
            || when.contains { expression in
                ([expression.input, expression.cel] + expression.values).contains {
                    !ResultReference.all(in: $0).isEmpty
                }
            }
    }

    /// The names of the tasks that it waits for, in rising order.
    package var dependencies: [String] {
        Set(resultReferences.map(\.task)).union(runAfter).sorted()
    }

    /// The results that an embedded Task names in its steps and sidecars.
    private var embeddedResultReferences: [ResultReference] {
        guard let taskSpec else { return [] }
        let containers = (taskSpec["steps"]?.elements ?? []) + (taskSpec["sidecars"]?.elements ?? [])
        return containers.flatMap { container in
            Self.texts(of: container).flatMap { ResultReference.all(in: $0) }
        }
    }

    private static func texts(of container: YAMLNode) -> [String] {
        var texts = ["name", "image", "imagePullPolicy", "script", "workingDir"].compactMap { container[$0]?.string }
        texts += container["command"]?.strings ?? []
        texts += container["args"]?.strings ?? []
        for variable in container["env"]?.elements ?? [] {
            if let value = variable["value"]?.string { texts.append(value) }
            for source in ["secretKeyRef", "configMapKeyRef"] {
                let reference = variable["valueFrom"]?[source]
                texts += ["key", "name"].compactMap { reference?[$0]?.string }
            }
        }
        return texts
    }
}

extension ResultReference {
    /// The references in a value, in their order; those of an object by its keys.
    package static func all(in value: ParamValue) -> [ResultReference] {
        value.texts.flatMap { all(in: $0) }
    }
}

extension ParamValue {
    /// The strings it is made of; those of an object by its keys.
    package var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let list): list
        case .object(let object): object.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
