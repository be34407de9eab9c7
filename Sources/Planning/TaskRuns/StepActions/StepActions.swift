package import Manifests
package import YAML

/// Puts StepActions into the steps that refer to them.
///
/// [Tekton: StepActions](https://tekton.dev/docs/pipelines/stepactions/)
package struct StepActions {
    /// Finds the StepAction that a reference names, or says why there is none.
    package typealias Lookup = (_ reference: YAMLNode) throws(StepActionProblem) -> Document

    /// The params of the Task, which a step's own params may name.
    package var taskParams: Replacements
    package var lookup: Lookup

    package init(taskParams: Replacements, lookup: @escaping Lookup) {
        self.taskParams = taskParams
        self.lookup = lookup
    }

    /// Finds StepActions among the manifests, in the namespace of the run, and among what resolvers have brought.
    /// - Parameters:
    ///   - manifests: Where they are looked up.
    ///   - namespace: The run's; empty if it has none.
    ///   - taskParams: What the params of a resolver may name.
    ///   - owner: The TaskRun's name.
    /// - Returns: The lookup.
    package static func lookup(
        in manifests: ManifestSet,
        namespace: String,
        taskParams: Replacements = Replacements(),
        owner: String = ""
    ) -> Lookup {
        { reference throws(StepActionProblem) in
            if let request = ResolverReference(reference, replacing: taskParams, namespace: namespace) {
                return try resolved(request, in: manifests, owner: owner)
            }
            let name = reference["name"]?.string ?? ""
            guard !namespace.isEmpty else {
                throw StepActionProblem("must specify namespace to resolve reference to step action \(name)")
            }
            guard let action = manifests.document(kind: "StepAction", namespace: namespace, name: name) else {
                throw StepActionProblem("stepactions.tekton.dev \"\(name)\" not found")
            }
            return action
        }
    }

    /// What a resolver has brought.
    private static func resolved(
        _ request: ResolverReference,
        in manifests: ManifestSet,
        owner: String
    ) throws(StepActionProblem) -> Document {
        switch manifests.resolutions[request] {
        case .found(let action, _)? where action.kind == "StepAction": return action
        case .found?: throw StepActionProblem("resource is not a StepAction")
        case .failed(let failure)?:
            throw StepActionProblem(failure.message(for: request, owner: owner), isRefusal: failure.isRefusal)
        case nil: throw StepActionProblem("the reference \(request.summary) was not resolved")
        }
    }

    /// The steps with the StepActions in them; other steps stay as they are.
    /// - Parameter steps: The steps of a Task, before its params are replaced.
    /// - Returns: Steps without references.
    /// - Throws: Tekton's sentence about the first step whose StepAction is not there or does not fit.
    package func resolve(_ steps: [YAMLNode]) throws(StepActionProblem) -> [YAMLNode] {
        var resolved: [YAMLNode] = []
        for (index, step) in steps.enumerated() {
            guard let reference = step["ref"] else {
                resolved.append(step)
                continue
            }
            do throws(StepActionProblem) {
                resolved.append(merge(step, try filled(lookup(reference), for: step)))
            } catch {
                let name = step["name"]?.string ?? ""
                throw StepActionProblem(
                    "failed to resolve step ref for step \"\(name)\" (index \(index)): \(error.message)",
                    isRefusal: error.isRefusal
                )
            }
        }
        return resolved
    }

    /// What a StepAction brings into a step, the params replaced that the step gives it.
    private func filled(_ action: Document, for step: YAMLNode) throws(StepActionProblem) -> YAMLNode {
        let spec = Defaults.stepActionSpec(action.spec)
        let given = (step["params"]?.elements ?? []).map { node in
            let param = Param(node)
            return Param(name: param.name, value: taskParams.apply(to: param.value))
        }
        var part: YAMLNode = [:]
        for field in Self.fields { part[field] = spec[field] }
        let params = StepActionParams(declared: (spec["params"]?.elements ?? []).map { ParamSpec($0) }, given: given)
        return try params.replacements(usedIn: part).apply(toStep: part)
    }

    private static let fields = [
        "image", "command", "args", "workingDir", "script", "env", "volumeMounts", "securityContext", "results",
    ]

    /// Of image, security context and working folder the StepAction decides alone, even by its silence.
    private func merge(_ step: YAMLNode, _ action: YAMLNode) -> YAMLNode {
        var step = step
        for field in ["image", "securityContext", "workingDir"] { step[field] = action[field] }
        for field in ["command", "args", "volumeMounts", "results"] where action[field]?.elements.isEmpty == false {
            step[field] = action[field]
        }
        if let script = action["script"], script.string != "" { step["script"] = script }
        if let environment = action["env"] { step["env"] = environment }
        for field in ["ref", "params"] { step[field] = nil }
        return step
    }
}

/// Why a StepAction cannot be put into a step, in Tekton's words.
package struct StepActionProblem: Error, Sendable, Hashable {
    package var message: String
    /// Admission refuses the StepAction: the run's validation fails, and not its resolution.
    package var isRefusal: Bool

    package init(_ message: String, isRefusal: Bool = false) {
        self.message = message
        self.isRefusal = isRefusal
    }
}
