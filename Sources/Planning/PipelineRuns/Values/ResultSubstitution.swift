import Manifests
import YAML

extension Replacements {
    /// The variables that results stand for, in every way of writing them.
    init(results: [(reference: ResultReference, value: ParamValue)]) {
        self.init()
        for (reference, value) in results {
            let prefix = "tasks.\(reference.task).results"
            let dotted = "\(prefix).\(reference.result)"
            let quoted = ["\(prefix)[\"\(reference.result)\"]", "\(prefix)['\(reference.result)']"]
            switch value {
            case .string(let text):
                for variable in [dotted] + quoted { strings[variable] = text }
            case .array(let list):
                for variable in [dotted] + quoted {
                    arrays[variable] = list
                    for (index, element) in list.enumerated() { strings["\(variable)[\(index)]"] = element }
                }
            case .object(let object):
                for variable in [dotted] + quoted { objects[variable] = object }
                for (key, element) in object {
                    strings["\(dotted).\(key)"] = element
                    for variable in quoted { strings["\(variable)[\(key)]"] = element }
                }
            }
        }
    }

    /// The variables that an embedded Task may name without being given them as params: no elements of arrays.
    init(resultsNamedInTexts results: [String: ParamValue], of task: String) {
        self.init()
        for (name, value) in results {
            let variable = "tasks.\(task).results.\(name)"
            switch value {
            case .string(let text): strings[variable] = text
            case .array(let list): arrays[variable] = list
            case .object(let object):
                for (key, element) in object { strings["\(variable).\(key)"] = element }
            }
        }
    }

    /// The variables that the artifacts of a task stand for: `tasks.NAME.outputs` is the first of them.
    /// - Parameters:
    ///   - artifacts: What each of its runs tells, as `inputs` and `outputs`.
    ///   - task: Its name.
    init(artifacts: [YAMLNode], of task: String) {
        self.init()
        for kind in ["inputs", "outputs"] {
            for (index, artifact) in artifacts.flatMap({ $0[kind]?.elements ?? [] }).enumerated() {
                let text = (artifact["values"] ?? []).jsonText(sortedKeys: true)
                strings["tasks.\(task).\(kind).\(artifact["name"]?.string ?? "")"] = text
                if index == 0 { strings["tasks.\(task).\(kind)"] = text }
            }
        }
    }

    /// Replaces where results may stand in a task of a Pipeline; the Task embedded in it is left alone.
    func apply(toTask task: PipelineTask) -> PipelineTask {
        guard !isEmpty else { return task }
        var task = applyToTexts(of: task)
        if var matrix = task.matrix {
            let withoutObjects = Replacements(strings: strings, arrays: arrays)
            let onlyStrings = Replacements(strings: strings)
            matrix.params = withoutObjects.apply(to: matrix.params)
            for index in matrix.include.indices {
                matrix.include[index].params = onlyStrings.apply(to: matrix.include[index].params)
            }
            task.matrix = matrix
        }
        for index in task.workspaces.indices {
            task.workspaces[index].subPath = apply(to: task.workspaces[index].subPath)
        }
        return task
    }

    /// Replaces in params, guards, reference and display name: where also the status of tasks may stand.
    func applyToTexts(of task: PipelineTask) -> PipelineTask {
        var task = task
        task.params = apply(to: task.params)
        task.when = task.when.map { apply(to: $0) }
        task.displayName = apply(to: task.displayName)
        if var reference = task.taskRef {
            reference.name = apply(to: reference.name)
            reference.params = apply(to: reference.params)
            task.taskRef = reference
        }
        return task
    }
}
