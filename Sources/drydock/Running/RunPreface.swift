import Docker
import Manifests
import Planning
import Pods
import YAML

/// The first lines of a run: what, where, and what is different from a cluster. Nothing is asked.
struct RunPreface {
    let context: Context
    let prepared: PreparedRuns
    let engine: EngineOptions

    func tell(docker: DockerClient, info: EngineInfo) {
        context.say("\(Version.text) · Docker \(info.serverVersion) (API \(docker.apiVersion)) at \(docker.host.location)")
        for run in prepared.runs { context.say("Run      \(description(of: run))") }
        if !prepared.notNeeded.isEmpty { context.say("Unused   " + names(of: prepared.notNeeded)) }
        for line in differences() { context.say("Differs  " + line) }
    }

    private func description(of run: Document) -> String {
        let reference = run.spec["pipelineRef"] ?? run.spec["taskRef"]
        let kind = run.kind == "PipelineRun" ? "Pipeline" : "Task"
        let definition = reference?["name"]?.string.map { " of \(kind) \($0)" } ?? ""
        let place = run.place.map { " (\($0.file):\($0.line))" } ?? ""
        return "\(run.kind) \(run.metadata.name)\(definition)\(place)"
    }

    private func names(of documents: [Document]) -> String {
        let names = documents.map { "\($0.kind) \($0.metadata.name.isEmpty ? $0.metadata.generateName : $0.metadata.name)" }
        return names.joined(separator: ", ")
    }

    /// One line for each thing, however many tasks share it.
    private func differences() -> [String] {
        var lines: [String] = []
        for (task, plan) in tasks() {
            for notice in PodNotices.of(plan, clonesWithImage: engine.clone == .image) {
                let line = "\(task): \(notice)"
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines + prepared.notes.map { note in
            "\(note.message)" + (note.place.map { " (\($0.file):\($0.line))" } ?? "")
        }
    }

    /// Every Task of the runs, as far as it can be seen before a param has a value.
    private func tasks() -> [(name: String, plan: TaskRunPlan)] {
        prepared.runs.flatMap { run -> [(name: String, plan: TaskRunPlan)] in
            guard run.kind == "PipelineRun" else { return [(run.metadata.name, plan(of: run, spec: run.spec))].compactMap { name, plan in plan.map { (name, $0) } } }
            let pipeline =
                run.spec["pipelineSpec"]
                ?? run.spec[path: "pipelineRef", "name"]?.string.flatMap {
                    prepared.manifests.document(kind: "Pipeline", namespace: run.metadata.namespace, name: $0)?.spec
                }
            let tasks = (pipeline?["tasks"]?.elements ?? []) + (pipeline?["finally"]?.elements ?? [])
            return tasks.compactMap { task in
                plan(of: run, spec: task).map { ("task \(task["name"]?.string ?? "")", $0) }
            }
        }
    }

    private func plan(of run: Document, spec: YAMLNode) -> TaskRunPlan? {
        let kind = spec[path: "taskRef", "kind"]?.string == "ClusterTask" ? "ClusterTask" : "Task"
        let referred = spec[path: "taskRef", "name"]?.string.flatMap {
            prepared.manifests.document(kind: kind, namespace: run.metadata.namespace, name: $0)?.spec
        }
        guard let taskSpec = spec["taskSpec"] ?? referred else { return nil }
        let params = (spec["params"]?.elements ?? []).map { Param($0) }
        return TaskRunPlan(
            name: run.metadata.name, namespace: run.metadata.namespace, spec: TaskSpec(taskSpec), params: params,
            workspaces: (spec["workspaces"]?.elements ?? []).map { WorkspaceBinding($0) }, writtenSpec: taskSpec
        )
    }
}
