package import Manifests
import Planning
import YAML

/// Carries a TaskRun through that belongs to no PipelineRun.
package struct TaskRunRunner: Sendable {
    private let surroundings: RunSurroundings

    package init(surroundings: RunSurroundings) {
        self.surroundings = surroundings
    }

    /// Runs a TaskRun, its name given, to its end.
    /// - Throws: Only what keeps drydock from doing its work.
    package func run(_ taskRun: Document) async throws -> FinishedTaskRun {
        let name = taskRun.metadata.name
        let stop = StopSignal()
        let driver = TaskRunDriver(
            surroundings: surroundings,
            run: name,
            pipelineTask: "",
            taskRun: taskRun,
            task: nil,
            stop: stop
        )
        surroundings.emit(
            .runStarted(
                kind: taskRun.kind,
                namespace: taskRun.metadata.namespace,
                definition: taskRun.spec[path: "taskRef", "name"]?.string ?? "",
                tasks: [""]
            ),
            run: name
        )
        let finished = try await withThrowingTaskGroup(of: FinishedTaskRun?.self) { group in
            group.addTask { [surroundings] in
                for await _ in surroundings.control.wishes() { stop.stop(.cancelled) }
                return nil
            }
            group.addTask { [surroundings] in
                try await surroundings.withSlot(run: name, task: "") { try await driver.drive() }
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            return FinishedTaskRun(taskRun: taskRun, pipelineTask: "", attempts: [])
        }
        surroundings.emit(.runEnded(finished.condition), run: name)
        return finished
    }
}
