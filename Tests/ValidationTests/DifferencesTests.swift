import Manifests
import TestSupport
import Testing
import Validation

@Suite struct `What is different from a cluster` {
    @Test(arguments: [
        MarkedDocument.task("DD3101", spec: "steps: [{image: b, computeResources: {requests: ↓{cpu: 1}}}]"),
        .task("DD3102", spec: "steps: [{image: b, computeResources: {limits: ↓{cpu: 1, example.dev/gpu: 1}}}]"),
        .task("DD3103", spec: "sidecars: [{image: b, securityContext: {seLinuxOptions: ↓{level: c}}}]"),
        .task("DD3104", spec: "steps: [{image: b, volumeMounts: [{name: c, mountPath: /d, mountPropagation: ↓None}]}]"),
        .task("DD3105", spec: "volumes: [{name: b, emptyDir: {medium: ↓Memory}}]"),
        .run("DD3106", spec: "workspaces: [{name: b, volumeClaimTemplate: {spec: ↓{accessModes: [ReadWriteOnce]}}}]"),
        MarkedDocument(
            "DD3106",
            text: "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: ↓{storageClassName: b}}"
        ),
        .task("DD3111", spec: "sidecars: [{image: b, livenessProbe: ↓{exec: {command: [c]}}}]"),
        .task("DD3112", spec: "sidecars: [{image: b, tty: ↓true}]"),
        .task("DD3113", spec: "sidecars: [{image: b, ports: [{containerPort: 1, hostPort: ↓2}]}]"),
        .task("DD3114", spec: "sidecars: [{image: b, readinessProbe: {grpc: ↓{port: 1}}}]"),
        .run("DD3121", spec: "podTemplate: {nodeSelector: ↓{disk: ssd}}"),
        .run("DD3121", kind: "PipelineRun", spec: "taskRunTemplate: {podTemplate: {tolerations: ↓[{key: b}]}}"),
        .run("DD3122", spec: "podTemplate: {imagePullSecrets: ↓[{name: b}]}"),
        .run("DD3123", spec: "podTemplate: {dnsPolicy: ↓None}"),
        .run("DD3124", spec: "podTemplate: {securityContext: {fsGroupChangePolicy: ↓Always}}"),
        .run("DD3126", spec: "podTemplate: {securityContext: {fsGroup: ↓65532}}"),
        .run("DD3125", spec: "podTemplate: {hostUsers: ↓false}"),
        .run("DD3131", spec: "serviceAccountName: ↓builder"),
        MarkedDocument(
            "DD3132",
            text: "{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: a, annotations: "
                + "{experimental.tekton.dev/execution-mode: ↓hermetic}}, spec: {steps: [{image: b}]}}"
        ),
        .pipelineTask(
            "DD3132",
            task: "taskSpec: {metadata: {annotations: {experimental.tekton.dev/execution-mode: ↓hermetic}}, "
                + "steps: [{image: b}]}"
        ),
        .run("DD3131", kind: "PipelineRun", spec: "taskRunSpecs: [{pipelineTaskName: b, serviceAccountName: ↓c}]"),
        .pipelineTask("DD3141", task: "taskRef: {name: b}, params: [↓{name: c, value: $(tasks.d.outputs.e)}]"),
        .task("DD3141", spec: "steps: [{image: b, name: c}, ↓{image: b, script: 'a $(tasks.c.outputs.d)'}]"),
        .pipeline(
            "DD3142",
            spec: "tasks: [{name: b, taskRef: {name: c}, matrix: {params: [{name: d, value: [e]}]}}], "
                + "results: [↓{name: f, type: array, value: '$(tasks.b.results.g[*])'}]"
        ),
        .run(
            "DD3101",
            kind: "PipelineRun",
            spec: "taskRunSpecs: [{pipelineTaskName: b, computeResources: {requests: ↓{cpu: 1}}}]"
        ),
        .run("DD3102", spec: "computeResources: {limits: ↓{example.dev/gpu: 1}}"),
        .task("DD3113", spec: "sidecars: [{image: b, ports: [{containerPort: 1, hostIP: ↓127.0.0.1}]}]"),
        .task("DD3115", spec: "sidecars: [{image: b, terminationMessagePath: ↓/c}]"),
        .task(
            "DD3116",
            spec: "sidecars: [{image: b, startupProbe: {exec: {command: [c]}, terminationGracePeriodSeconds: ↓1}}]"
        ),
        .task("DD3117", spec: "sidecars: [{image: b, readinessProbe: {httpGet: {port: 1, scheme: ↓HTTPS}}}]"),
        .run("DD3101", spec: "stepSpecs: [{name: b, computeResources: {requests: ↓{cpu: 1}}}]"),
    ])
    func `what is different is a note at its place`(_ one: MarkedDocument) throws {
        let found = Differences.check(try one.loaded())
        #expect(found.map(\.rule) == one.rules)
        #expect(found.map(\.place) == one.yaml.places)
        #expect(found.allSatisfy { $0.severity == .note })
    }

    @Test(arguments: [
        MarkedDocument.task(spec: "steps: [{image: b, computeResources: {limits: {cpu: 1, memory: 1Gi}}}]"),
        .task(
            spec: "sidecars: [{image: b, tty: false, ports: [{containerPort: 1}]}], volumes: [{name: b, emptyDir: {}}]"
        ),
        .task(spec: "steps: [{image: b, securityContext: {privileged: true, runAsUser: 1}}]"),
        .pipeline(
            spec: "tasks: [{name: b, taskRef: {name: c}, matrix: {params: [{name: d, value: [e]}]}}, "
                + "{name: h, taskRef: {name: c}, params: [{name: d, value: '$(tasks.b.results.g[*])'}]}], "
                + "results: [{name: f, type: array, value: '$(tasks.b.results.g[*])'}]"
        ),
        .run(spec: "serviceAccountName: default, podTemplate: {hostNetwork: true, hostUsers: true, nodeSelector: {}}"),
    ])
    func `what is as on a cluster is not mentioned`(_ one: MarkedDocument) throws {
        #expect(Differences.check(try one.loaded()).isEmpty)
    }

    @Test func `many places make one note`() throws {
        let container = "{image: b, computeResources: {requests: {cpu: 1}}}"
        let task = MarkedDocument.task(spec: "steps: [\(container), \(container)], sidecars: [\(container)]")
        let path = "spec.steps[0].computeResources.requests"
        #expect(
            Differences.check(try task.loaded()).map(\.message)
                == ["requested resources are not set aside: \(path) and 2 more"]
        )
    }
}
