extension Shapes {
    static let runs: [ShapeName: Shape] = [
        .pipelineRunSpec: [
            "managedBy": .string, "params": .objects(.param), "pipelineRef": .object(.pipelineRef),
            "pipelineSpec": .openObject(.pipelineSpec), "status": .string,
            "taskRunSpecs": .objects(.pipelineTaskRunSpec), "taskRunTemplate": .object(.pipelineTaskRunTemplate),
            "timeouts": .object(.timeoutFields), "workspaces": .objects(.workspaceBinding),
        ],
        .timeoutFields: ["finally": .duration, "pipeline": .duration, "tasks": .duration],
        .pipelineTaskRunTemplate: ["podTemplate": .object(.podTemplate), "serviceAccountName": .string],
        .pipelineTaskRunSpec: [
            "computeResources": .object(.resources), "metadata": .object(.taskMetadata), "pipelineTaskName": .string,
            "podTemplate": .object(.podTemplate), "serviceAccountName": .string,
            "sidecarSpecs": .objects(.taskRunStepSpec), "stepSpecs": .objects(.taskRunStepSpec),
            "timeout": .duration,
        ],
        .taskRunSpec: [
            "computeResources": .object(.resources), "debug": .object(.taskRunDebug), "managedBy": .string,
            "params": .objects(.param), "podTemplate": .object(.podTemplate), "retries": .integer,
            "serviceAccountName": .string, "sidecarSpecs": .objects(.taskRunStepSpec), "status": .string,
            "statusMessage": .string, "stepSpecs": .objects(.taskRunStepSpec), "taskRef": .object(.taskRef),
            "taskSpec": .openObject(.taskSpec), "timeout": .duration, "workspaces": .objects(.workspaceBinding),
        ],
        .taskRunDebug: ["breakpoints": .object(.taskBreakpoints)],
        .taskBreakpoints: ["beforeSteps": .strings, "onFailure": .string],
        .taskRunStepSpec: ["computeResources": .object(.resources), "name": .string],
        .workspaceBinding: [
            "configMap": .object(.configMapVolume), "csi": .object(.csiVolume), "emptyDir": .object(.emptyDirVolume),
            "name": .string, "persistentVolumeClaim": .object(.claimVolume), "projected": .object(.projectedVolume),
            "secret": .object(.secretVolume), "subPath": .string, "volumeClaimTemplate": .openObject(.claim),
        ],
        .customRunSpec: [
            "customRef": .object(.taskRef), "customSpec": .object(.embeddedCustomRunSpec),
            "params": .objects(.param), "retries": .integer, "serviceAccountName": .string, "status": .string,
            "statusMessage": .string, "timeout": .duration, "workspaces": .objects(.workspaceBinding),
        ],
        .embeddedCustomRunSpec: [
            "apiVersion": .string, "kind": .string, "metadata": .object(.taskMetadata), "spec": .anything,
        ],
    ]

    /// Where runs of `v1beta1` differ from those of `v1`.
    static func beta(runs: [ShapeName: Shape]) -> [ShapeName: Shape] {
        var beta = runs
        beta[.pipelineRunSpec] = runs[.pipelineRunSpec]?.removing("taskRunTemplate").adding([
            "podTemplate": .object(.podTemplate), "resources": .objects(.pipelineResourceBinding),
            "serviceAccountName": .string, "timeout": .duration,
        ])
        beta[.pipelineTaskRunSpec] = Shape(
            [
                "computeResources": .object(.resources), "metadata": .object(.taskMetadata),
                "pipelineTaskName": .string,
                "sidecarOverrides": .objects(.taskRunStepSpec), "stepOverrides": .objects(.taskRunStepSpec),
                "taskPodTemplate": .object(.podTemplate), "taskServiceAccountName": .string, "timeout": .duration,
            ],
            otherNames: ["podTemplate": "taskPodTemplate", "serviceAccountName": "taskServiceAccountName"]
        )
        beta[.taskRunSpec] = runs[.taskRunSpec]?.removing("sidecarSpecs", "stepSpecs").adding([
            "resources": .object(.taskRunResources), "sidecarOverrides": .objects(.taskRunStepSpec),
            "stepOverrides": .objects(.taskRunStepSpec),
        ])
        beta[.taskRunStepSpec] = ["name": .string, "resources": .object(.resources)]
        return beta
    }
}
