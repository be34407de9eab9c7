import Foundation
import Manifests
import Planning
import Runs
import YAML

/// A run of the command that is over, one way or the other.
struct EndedRun: Sendable {
    var objects: [YAMLNode] = []
    var condition: Condition?
    /// What kept drydock from carrying it out.
    var failure: (any Error)?
}

/// Runs everything at the same time; if drydock cannot go on with one, the others are stopped.
struct RunBatch: Sendable {
    let surroundings: RunSurroundings

    func run(_ runs: [Document]) async -> [EndedRun] {
        await withTaskGroup(of: (Int, EndedRun).self) { group in
            for (index, run) in runs.enumerated() {
                group.addTask { (index, await self.run(run)) }
            }
            var ended = [EndedRun](repeating: EndedRun(), count: runs.count)
            for await (index, run) in group {
                ended[index] = run
                if run.failure != nil { surroundings.control.cancel(.cancelled) }
            }
            return ended
        }
    }

    private func run(_ run: Document) async -> EndedRun {
        let uid = UUID().uuidString.lowercased()
        do {
            if run.kind == "PipelineRun" {
                let finished = try await PipelineRunner(surroundings: surroundings).run(run, uid: uid)
                return EndedRun(objects: RunObjects.objects(of: finished), condition: finished.condition)
            }
            let finished = try await TaskRunRunner(surroundings: surroundings).run(run)
            return EndedRun(objects: [RunObjects.object(of: finished)], condition: finished.condition)
        } catch {
            return EndedRun(failure: error)
        }
    }
}
