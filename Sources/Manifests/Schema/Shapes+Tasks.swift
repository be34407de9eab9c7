extension Shapes {
    static let tasks: [ShapeName: Shape] = [
        .taskSpec: [
            "description": .string, "displayName": .string, "params": .objects(.paramSpec),
            "results": .objects(.taskResult), "sidecars": .objects(.sidecar), "stepTemplate": .object(.stepTemplate),
            "steps": .objects(.step), "volumes": .open(.objects(.volume)),
            "workspaces": .objects(.workspaceDeclaration),
        ],
        .paramSpec: [
            "default": .anything, "description": .string, "enum": .strings, "name": .string,
            "properties": .map(.object(.propertySpec)), "type": .string,
        ],
        .propertySpec: ["type": .string],
        .param: Shape(["name": .string, "value": .anything], required: ["value"]),
        .taskResult: [
            "description": .string, "name": .string, "properties": .map(.object(.propertySpec)), "type": .string,
            "value": .anything,
        ],
        .stepResult: [
            "description": .string, "name": .string, "properties": .map(.object(.propertySpec)), "type": .string,
        ],
        .workspaceDeclaration: [
            "description": .string, "mountPath": .string, "name": .string, "optional": .boolean, "readOnly": .boolean,
        ],
        .step: anyContainer.adding([
            "displayName": .string, "name": .string, "onError": .string, "params": .objects(.param),
            "ref": .object(.stepRef), "results": .objects(.stepResult), "script": .string,
            "stderrConfig": .object(.outputConfig), "stdoutConfig": .object(.outputConfig), "timeout": .duration,
            "when": .objects(.whenExpression), "workspaces": .objects(.workspaceUsage),
        ]),
        .stepTemplate: anyContainer,
        .sidecar: anyContainer.adding(wholeContainer).adding([
            "restartPolicy": .string, "script": .string, "workspaces": .objects(.workspaceUsage),
        ]),
        .stepRef: ["name": .string, "params": .objects(.param), "resolver": .string],
        .outputConfig: ["path": .string],
        .workspaceUsage: ["mountPath": .string, "name": .string],
        .stepActionSpec: [
            "args": .strings, "command": .strings, "description": .string, "env": .objects(.envVar),
            "image": .string, "params": .objects(.paramSpec), "results": .objects(.stepResult), "script": .string,
            "securityContext": .object(.securityContext), "volumeMounts": .objects(.volumeMount),
            "workingDir": .string,
        ],
    ]

    /// Where containers of `v1beta1` differ from those of `v1`.
    static func beta(tasks: [ShapeName: Shape]) -> [ShapeName: Shape] {
        var beta = tasks
        let container: Shape = ["resources": .object(.resources)]
        for name in [ShapeName.step, .stepTemplate, .sidecar] {
            beta[name] = tasks[name]?.removing("computeResources").adding(wholeContainer).adding(container)
        }
        beta[.taskSpec] = tasks[.taskSpec]?.adding(["resources": .object(.taskResources)])
        return beta.merging(oldResources) { $1 }
    }

    static let oldResources: [ShapeName: Shape] = [
        .taskResources: ["inputs": .objects(.taskResource), "outputs": .objects(.taskResource)],
        .taskResource: [
            "description": .string, "name": .string, "optional": .boolean, "targetPath": .string, "type": .string,
        ],
        .pipelineDeclaredResource: ["name": .string, "optional": .boolean, "type": .string],
        .pipelineTaskResources: [
            "inputs": .objects(.pipelineTaskInputResource), "outputs": .objects(.pipelineTaskOutputResource),
        ],
        .pipelineTaskInputResource: ["from": .strings, "name": .string, "resource": .string],
        .pipelineTaskOutputResource: ["name": .string, "resource": .string],
        .pipelineResourceBinding: [
            "name": .string, "resourceRef": .object(.pipelineResourceRef),
            "resourceSpec": .object(.pipelineResourceSpec),
        ],
        .pipelineResourceRef: ["apiVersion": .string, "name": .string],
        .pipelineResourceSpec: [
            "description": .string, "params": .objects(.resourceParam), "secrets": .objects(.secretParam),
            "type": .string,
        ],
        .resourceParam: ["name": .string, "value": .string],
        .secretParam: ["fieldName": .string, "secretKey": .string, "secretName": .string],
        .taskRunResources: ["inputs": .objects(.taskResourceBinding), "outputs": .objects(.taskResourceBinding)],
        .taskResourceBinding: [
            "name": .string, "paths": .strings, "resourceRef": .object(.pipelineResourceRef),
            "resourceSpec": .object(.pipelineResourceSpec),
        ],
    ]
}
