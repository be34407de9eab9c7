extension Shapes {
    static let pipelines: [ShapeName: Shape] = [
        .pipelineSpec: [
            "description": .string, "displayName": .string, "finally": .objects(.pipelineTask),
            "params": .objects(.paramSpec), "results": .objects(.pipelineResult), "tasks": .objects(.pipelineTask),
            "workspaces": .objects(.pipelineWorkspaceDeclaration),
        ],
        .pipelineTask: [
            "description": .string, "displayName": .string, "matrix": .object(.matrix), "name": .string,
            "onError": .string, "params": .objects(.param), "pipelineRef": .object(.pipelineRef),
            "pipelineSpec": .openObject(.pipelineSpec), "retries": .integer, "runAfter": .strings,
            "taskRef": .object(.taskRef), "taskSpec": .openObject(.embeddedTask), "timeout": .duration,
            "when": .objects(.whenExpression), "workspaces": .objects(.workspacePipelineTaskBinding),
        ],
        .pipelineResult: Shape(
            ["description": .string, "name": .string, "type": .string, "value": .anything],
            required: ["value"]
        ),
        .pipelineWorkspaceDeclaration: ["description": .string, "name": .string, "optional": .boolean],
        .taskRef: [
            "apiVersion": .string, "kind": .string, "name": .string, "params": .objects(.param), "resolver": .string,
        ],
        .pipelineRef: ["apiVersion": .string, "name": .string, "params": .objects(.param), "resolver": .string],
        .matrix: ["include": .objects(.matrixInclude), "params": .objects(.param)],
        .matrixInclude: ["name": .string, "params": .objects(.param)],
        .whenExpression: ["cel": .string, "input": .string, "operator": .string, "values": .strings],
        .workspacePipelineTaskBinding: ["name": .string, "subPath": .string, "workspace": .string],
    ]

    /// A Task inside a Pipeline: its spec, what it may say about itself, or the spec of a custom task.
    static func embeddedTask(_ taskSpec: Shape) -> Shape {
        taskSpec.adding([
            "apiVersion": .string, "kind": .string, "metadata": .object(.taskMetadata), "spec": .anything,
        ])
    }

    /// Where pipelines of `v1beta1` differ from those of `v1`.
    static func beta(pipelines: [ShapeName: Shape]) -> [ShapeName: Shape] {
        var beta = pipelines
        beta[.pipelineSpec] = pipelines[.pipelineSpec]?.adding(["resources": .objects(.pipelineDeclaredResource)])
        beta[.pipelineTask] = pipelines[.pipelineTask]?.adding(["resources": .object(.pipelineTaskResources)])
        beta[.taskRef] = pipelines[.taskRef]?.adding(["bundle": .string])
        beta[.pipelineRef] = pipelines[.pipelineRef]?.adding(["bundle": .string])
        return beta
    }
}
