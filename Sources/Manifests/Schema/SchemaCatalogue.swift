/// All shapes of one version of Tekton's documents.
struct SchemaCatalogue: Sendable {
    private let shapes: [ShapeName: Shape]

    private init(_ shapes: [ShapeName: Shape]) {
        self.shapes = shapes
    }

    func shape(_ name: ShapeName) -> Shape {
        guard let shape = shapes[name] else { preconditionFailure("the schema has no table for \(name)") }
        return shape
    }

    /// The names for which there is no table: none.
    var missingNames: [ShapeName] { ShapeName.allCases.filter { shapes[$0] == nil } }
}

extension SchemaCatalogue {
    static let v1 = SchemaCatalogue(
        shared.merging(completed(tasks: Shapes.tasks, pipelines: Shapes.pipelines, runs: Shapes.runs)) { $1 }
            .merging(Shapes.oldResources) { $1 }
    )

    static let v1beta1 = SchemaCatalogue(
        shared.merging(
            completed(
                tasks: Shapes.beta(tasks: Shapes.tasks),
                pipelines: Shapes.beta(pipelines: Shapes.pipelines),
                runs: Shapes.beta(runs: Shapes.runs)
            )
        ) { $1 }
    )

    private static let shared: [ShapeName: Shape] = [
        Shapes.metadata, Shapes.containers, Shapes.probes, Shapes.security, Shapes.pods, Shapes.volumes,
        Shapes.claims, Shapes.networkVolumes,
    ].reduce(into: [:]) { all, table in all.merge(table) { $1 } }

    /// The tables of a version with what follows from them: documents, and the Task inside a Pipeline.
    private static func completed(
        tasks: [ShapeName: Shape],
        pipelines: [ShapeName: Shape],
        runs: [ShapeName: Shape]
    ) -> [ShapeName: Shape] {
        var all = tasks.merging(pipelines) { $1 }.merging(runs) { $1 }
        all[.embeddedTask] = tasks[.taskSpec].map(Shapes.embeddedTask)
        all[.task] = document(.taskSpec)
        all[.pipeline] = document(.pipelineSpec)
        all[.pipelineRun] = document(.pipelineRunSpec)
        all[.taskRun] = document(.taskRunSpec)
        all[.stepAction] = document(.stepActionSpec)
        all[.customRun] = document(.customRunSpec)
        return all
    }

    private static func document(_ spec: ShapeName) -> Shape {
        [
            "apiVersion": .string, "kind": .string, "metadata": .object(.objectMeta), "spec": .object(spec),
            "status": .anything,
        ]
    }
}
