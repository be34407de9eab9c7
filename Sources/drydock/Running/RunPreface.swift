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
    /// What is different because of `--offline`.
    var offlineNotices: [String] = []

    func tell(docker: DockerClient, info: EngineInfo) {
        context.say(
            "\(Version.text) · Docker \(info.serverVersion) (API \(docker.apiVersion)) at \(docker.host.location)"
        )
        for run in prepared.runs { context.say("Run      \(description(of: run))") }
        if !prepared.notNeeded.isEmpty { context.say("Unused   " + names(of: prepared.notNeeded)) }
        for line in offlineNotices + differences() { context.say("Differs  " + line) }
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
        for entry in ForeseenTaskRuns(prepared).entries {
            // A TaskRun that will be refused is told when its time comes.
            guard case .success(let plan) = entry.plan else { continue }
            for notice in PodNotices.of(plan, clonesWithImage: engine.clone == .image) {
                let line = "\(entry.name): \(notice)"
                if !lines.contains(line) { lines.append(line) }
            }
        }
        return lines
            + prepared.notes.map { note in
                "\(note.message)" + (note.place.map { " (\($0.file):\($0.line))" } ?? "")
            }
    }
}
