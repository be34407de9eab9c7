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
    /// What can be foreseen; a TaskRun that will be refused is told when its time comes.
    let plans: [(name: String, plan: TaskRunPlan)]
    /// What is different because of `--offline`.
    var offlineNotices: [String] = []

    func tell(docker: DockerClient) {
        context.say(
            "\(Version.text) · \(docker.engineName) (API \(docker.apiVersion)) at \(docker.host.location)"
        )
        tell("Found", prepared.found)
        if let source = prepared.source { tell("Source", SourceLines(source: source).lines(for: plans)) }
        for run in prepared.runs { context.say("Run      \(description(of: run))") }
        for line in prepared.needs { context.say("Needs    " + line) }
        if !prepared.notNeeded.isEmpty { context.say("Unused   " + names(of: prepared.notNeeded)) }
        for line in offlineNotices + differences() { context.say("Differs  " + line) }
    }

    /// Lines below one label.
    private func tell(_ label: String, _ lines: [String]) {
        for (index, line) in lines.enumerated() {
            context.say((index == 0 ? label : "").padding(toLength: 9, withPad: " ", startingAt: 0) + line)
        }
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
        for (name, plan) in plans {
            for notice in PodNotices.of(plan, clonesWithImage: engine.clone == .image) {
                let line = "\(name): \(notice)"
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines
            + prepared.notes.map { note in
                "\(note.message)" + (note.place.map { " (\($0.file):\($0.line))" } ?? "")
            }
    }
}
