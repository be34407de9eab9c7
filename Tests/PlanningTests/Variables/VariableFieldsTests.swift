import Foundation
import Manifests
import Planning
import Testing
import YAML

/// The fields in which variables are replaced, a row each.
///
/// [Tekton: Fields that accept variable substitutions](https://tekton.dev/docs/pipelines/variables/#fields-that-accept-variable-substitutions)
struct VariableFieldsTests {
    private static let container = [
        "name", "image", "imagePullPolicy", "command[]", "args[]", "script",
        "env[].value", "env[].valueFrom.secretKeyRef.name", "env[].valueFrom.secretKeyRef.key",
        "env[].valueFrom.configMapKeyRef.name", "env[].valueFrom.configMapKeyRef.key",
        "volumeMounts[].name", "volumeMounts[].mountPath", "volumeMounts[].subPath",
    ]

    private static let keyed = [
        "configMap.name", "configMap.items[].key", "configMap.items[].path",
        "secret.secretName", "secret.items[].key", "secret.items[].path", "persistentVolumeClaim.claimName",
    ]

    static let taskFields: [String] =
        container.map { "steps[].\($0)" } + ["steps[].onError"] + container.map { "sidecars[].\($0)" }
        + (["name"] + keyed).map { "volumes[].\($0)" }
        + [
            "volumes[].projected.sources[].configMap.name", "volumes[].projected.sources[].secret.name",
            "volumes[].projected.sources[].serviceAccountToken.audience",
            "volumes[].csi.nodePublishSecretRef.name", "volumes[].csi.volumeAttributes.*", "workspaces[].mountPath",
        ]

    static let bindingFields: [String] =
        keyed
        + ["secret", "configMap"].flatMap { kind in
            ["name", "items[].key", "items[].path"].map { "projected.sources[].\(kind).\($0)" }
        } + ["csi.driver", "csi.nodePublishSecretRef.name"]

    static let pipelineTaskFields: [String] =
        ["tasks[]", "finally[]"].flatMap { list in
            [
                "params[].value", "matrix.params[].value[]", "matrix.include[].params[].value", "displayName",
                "workspaces[].subPath", "when[].input", "when[].values[]", "taskRef.params[].value", "taskRef.name",
                "onError",
            ].map { "\(list).\($0)" }
        }

    static let podTemplateFields: [String] = [
        "nodeSelector.*", "tolerations[].key", "tolerations[].operator", "tolerations[].value", "tolerations[].effect",
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[].matchExpressions[].key",
        "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].topologyKey",
        "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].labelSelector.matchLabels.*",
        "securityContext.seccompProfile.type", "securityContext.sysctls[].value", "securityContext.seLinuxOptions.user",
        "securityContext.fsGroupChangePolicy",
        "volumes[].name", "volumes[].configMap.name", "volumes[].secret.secretName",
        "runtimeClassName", "schedulerName", "priorityClassName", "imagePullSecrets[].name",
        "hostAliases[].ip", "hostAliases[].hostnames[]", "topologySpreadConstraints[].topologyKey",
    ]

    private static let variable: YAMLNode = "$(params.v)"

    // MARK: - Tasks

    @Test(arguments: taskFields)
    func `a field of a Task`(_ path: String) throws {
        let base: YAMLNode = ["params": [["name": "v"]], "steps": [["image": "i"]]]
        var field = FieldSample.node(path, Self.variable)
        if path.hasPrefix("workspaces") {
            field["workspaces"]?.content = .sequence([["name": "w", "mountPath": Self.variable]])
        }
        var run: YAMLNode = ["params": [["name": "v", "value": "x"]]]
        if path.hasPrefix("workspaces") { run["workspaces"] = [["name": "w", "emptyDir": [:]]] }
        run["taskSpec"] = FieldSample.merged(base, field)
        #expect(FieldSample.value(path, in: try plan(run).statusSpec)?.string == "x")
    }

    @Test(arguments: ["subPath"] + bindingFields)
    func `a field of a workspace of a TaskRun`(_ path: String) throws {
        let plan = try plan([
            "params": [["name": "v", "value": "x"]],
            "workspaces": [
                FieldSample.merged(
                    ["name": "w"],
                    FieldSample.merged(Self.source(for: path), FieldSample.node(path, Self.variable))
                )
            ],
            "taskSpec": ["params": [["name": "v"]], "workspaces": [["name": "w"]], "steps": [["image": "i"]]],
        ])
        guard path != "subPath" else {
            #expect(plan.podSpec.steps.first?.container.volumeMounts.first?.subPath == "x")
            return
        }
        #expect(FieldSample.value("volumes[].\(path)", in: plan.podSpec.node)?.string == "x")
    }

    /// What a workspace needs beside one field of it.
    private static func source(for path: String) -> YAMLNode {
        if path == "subPath" { return ["emptyDir": [:]] }
        if path.hasPrefix("configMap.items") { return ["configMap": ["name": "c"]] }
        if path.hasPrefix("secret.items") { return ["secret": ["secretName": "s"]] }
        return path.hasPrefix("csi") ? ["csi": ["driver": "d"]] : [:]
    }

    private func plan(_ spec: YAMLNode) throws -> TaskRunPlan {
        let taskRun = Document([
            "apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": ["name": "run", "namespace": "ns"],
            "spec": spec,
        ])
        return try TaskRunPlanner.plan(taskRun, task: nil, manifests: ManifestSet(), retry: 0).get()
    }

    // MARK: - Pipelines

    @Test(arguments: pipelineTaskFields)
    func `a field of a task of a Pipeline`(_ path: String) throws {
        let list = path.hasPrefix("tasks") ? "tasks" : "finally"
        let field = String(path.dropFirst(list.count + 3))
        var task: YAMLNode = ["name": "a"]
        if !field.hasPrefix("taskRef") {
            task["taskSpec"] = [
                "params": [["name": "q", "default": "none"]], "workspaces": [["name": "w", "optional": true]],
                "steps": [["image": "i"]],
            ]
        }
        for (part, sample) in Self.companions where field.hasPrefix(part) { task = FieldSample.merged(task, sample) }
        task = FieldSample.merged(task, FieldSample.node(field, Self.variable))
        var pipeline: YAMLNode = [
            "params": [["name": "v"]], "workspaces": [["name": "w"]],
            "tasks": [["name": "b", "taskSpec": ["steps": [["image": "i"]]]]],
        ]
        pipeline[list] = [task]
        // Of onError there are few values.
        let value = field == "onError" ? "continue" : "x"
        var run = try started(["workspaces": [["name": "w", "emptyDir": [:]]], "pipelineSpec": pipeline], value)
        if list == "finally" { _ = run.end("b") }
        #expect(Self.seen(field, of: run) == value, "\(run.last): \(run.state.condition.message)")
    }

    /// What a field needs beside it.
    private static let companions: [(String, YAMLNode)] = [
        ("params", ["params": [["name": "q"]]]),
        ("matrix.params", ["matrix": ["params": [["name": "q"]]]]),
        ("matrix.include", ["matrix": ["include": [["name": "one", "params": [["name": "q"]]]]]]),
        ("workspaces", ["workspaces": [["name": "w", "workspace": "w"]]]),
        ("when[].input", ["when": [["operator": "in", "values": ["x"]]]]),
        ("when[].values", ["when": [["input": "x", "operator": "in"]]]),
        ("taskRef.params", ["taskRef": ["resolver": "http", "params": [["name": "url"]]]]),
    ]

    /// Where the value of a field shows when the task has started.
    private static func seen(_ field: String, of run: RunScript) -> String? {
        let taskRun = run.started["a"]?.taskRun
        switch field {
        case "displayName":
            let children = run.state.status["childReferences"]?.elements ?? []
            return children.first { $0["pipelineTaskName"] == "a" }?["displayName"]?.string
        case "when[].input", "when[].values[]": return taskRun == nil ? nil : "x"
        case "onError": return taskRun?.metadata.annotations["pipeline.tekton.dev/pipeline-task-on-error"]
        case "taskRef.params[].value": return run.asked.first { $0 == "http url=x" } == nil ? nil : "x"
        case "taskRef.name", "workspaces[].subPath": return FieldSample.value(field, in: taskRun?.spec)?.string
        default: return FieldSample.value("params[].value", in: taskRun?.spec)?.string
        }
    }

    // MARK: - PipelineRuns

    @Test(arguments: ["subPath"] + bindingFields)
    func `a field of a workspace of a PipelineRun`(_ path: String) throws {
        let binding = FieldSample.merged(Self.source(for: path), FieldSample.node(path, Self.variable))
        let run = try started([
            "workspaces": [FieldSample.merged(["name": "w"], binding)],
            "pipelineSpec": [
                "params": [["name": "v"]], "workspaces": [["name": "w"]],
                "tasks": [
                    [
                        "name": "a", "workspaces": [["name": "w", "workspace": "w"]],
                        "taskSpec": ["workspaces": [["name": "w"]], "steps": [["image": "i"]]],
                    ]
                ],
            ],
        ])
        let taskRun = try #require(run.started["a"]?.taskRun, "\(run.last): \(run.state.condition.message)")
        #expect(FieldSample.value("workspaces[].\(path)", in: taskRun.spec)?.string == "x")
    }

    @Test(arguments: podTemplateFields)
    func `a field of a Pod template of a PipelineRun`(_ path: String) throws {
        let run = try started([
            "taskRunSpecs": [["pipelineTaskName": "a", "podTemplate": FieldSample.node(path, Self.variable)]],
            "pipelineSpec": [
                "params": [["name": "v"]],
                "tasks": [
                    [
                        "name": "a", "params": [["name": "v", "value": Self.variable]],
                        "taskSpec": ["params": [["name": "v"]], "steps": [["image": "i"]]],
                    ]
                ],
            ],
        ])
        let taskRun = try #require(run.started["a"]?.taskRun, "\(run.last): \(run.state.condition.message)")
        #expect(FieldSample.value(path, in: try plan(taskRun.spec).podTemplate)?.string == "x")
    }

    private func started(_ spec: YAMLNode, _ value: String = "x") throws -> RunScript {
        var spec = spec
        spec["params"] = [["name": "v", "value": YAMLNode(value)]]
        let task = Document([
            "apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": ["name": "x", "namespace": "default"],
            "spec": ["steps": [["image": "i"]]],
        ])
        var run = try RunScript(spec.jsonText(), manifests: [task])
        _ = run.start()
        return run
    }
}
