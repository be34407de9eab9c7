import Docker
import Foundation
import Manifests
import Planning
import Pods
import YAML

/// The first lines of a run: what, where, and what is different from a cluster.
///
/// Nothing is asked.
struct RunPreface {
    let context: Context
    let prepared: PreparedRuns
    let engine: EngineOptions

    func tell(docker: DockerClient, info: EngineInfo) {
        context.say(
            "\(Version.text) · Docker \(info.serverVersion) (API \(docker.apiVersion)) at \(docker.host.location)"
        )
        for run in prepared.runs { context.say("Run      \(description(of: run))") }
        for line in prepared.needs { context.say("Needs    " + line) }
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
        let names = documents.map {
            "\($0.kind) \($0.metadata.name.isEmpty ? $0.metadata.generateName : $0.metadata.name)"
        }
        return names.joined(separator: ", ")
    }

    /// One line for each thing, however many tasks share it.
    private func differences() -> [String] {
        var lines: [String] = []
        for (task, plan) in plans() {
            for notice in PodNotices.of(plan, clonesWithImage: engine.clone == .image) {
                let line = "\(task): \(notice)"
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines
            + prepared.notes.map { note in
                "\(note.message)" + (note.place.map { " (\($0.file):\($0.line))" } ?? "")
            }
    }

    /// The TaskRuns that the runs may bring, as far as they can be seen before anything has run.
    private func plans() -> [(name: String, plan: TaskRunPlan)] {
        prepared.runs.flatMap { run -> [(name: String, plan: TaskRunPlan)] in
            guard run.kind == "PipelineRun" else {
                return plan(of: run, task: nil).map { [(run.metadata.name, $0)] } ?? []
            }
            var state = PipelineRunState(run: run, manifests: prepared.manifests, uid: "")
            _ = state.start(at: .now)
            return state.previews.compactMap { preview in
                plan(of: preview.taskRun, task: preview.task).map { ("task \(preview.pipelineTask)", $0) }
            }
        }
    }

    /// Nil for a TaskRun that will be refused, which is told when its time comes.
    private func plan(of taskRun: Document, task: Document?) -> TaskRunPlan? {
        try? TaskRunPlanner.plan(taskRun, task: task, manifests: prepared.manifests, retry: 0).get()
    }
}
