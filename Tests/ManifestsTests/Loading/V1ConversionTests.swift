import Manifests
import Testing
import YAML

/// A `v1beta1` body and what it is in `v1`.
struct ConversionRow: Sendable, CustomTestStringConvertible {
    var about: String
    var kind: String
    var old: String
    var new: String

    var testDescription: String { about }
}

struct V1ConversionTests {
    @Test(arguments: [
        ConversionRow(
            about: "resources of containers",
            kind: "Task",
            old: """
                {steps: [{image: a, resources: {limits: {cpu: 1}}}], stepTemplate: {resources: {}},
                sidecars: [{image: b, resources: {requests: {}}}], resources: {inputs: [{name: x}]}}
                """,
            new: """
                {steps: [{image: a, computeResources: {limits: {cpu: 1}}}], stepTemplate: {computeResources: {}},
                sidecars: [{image: b, computeResources: {requests: {}}}], resources: {inputs: [{name: x}]}}
                """
        ),
        ConversionRow(
            about: "fields of a Step without effect",
            kind: "ClusterTask",
            old: """
                {steps: [{image: a, tty: true, stdin: true, ports: [], lifecycle: {}, readinessProbe: null}],
                stepTemplate: {name: x, image: a, terminationMessagePath: /x}, sidecars: [{image: b, tty: true}]}
                """,
            new: "{steps: [{image: a}], stepTemplate: {image: a}, sidecars: [{image: b, tty: true}]}"
        ),
        ConversionRow(
            about: "a Pipeline's embedded tasks",
            kind: "Pipeline",
            old: """
                {tasks: [{name: a, taskSpec: {steps: [{image: a, resources: {}}]}, when: [{input: a}]}],
                finally: [{name: b, taskSpec: {steps: [{image: a, resources: {}}]}},
                {name: c, taskSpec: {apiVersion: x/v1, kind: X, spec: {}, steps: [{resources: {}}]}},
                {name: d, pipelineSpec: {tasks: [{taskSpec: {steps: [{resources: {}}]}}]}}]}
                """,
            new: """
                {tasks: [{name: a, taskSpec: {steps: [{image: a, computeResources: {}}]}, when: [{input: a}]}],
                finally: [{name: b, taskSpec: {steps: [{image: a, computeResources: {}}]}},
                {name: c, taskSpec: {apiVersion: x/v1, kind: X, spec: {}, steps: [{resources: {}}]}},
                {name: d, pipelineSpec: {tasks: [{taskSpec: {steps: [{computeResources: {}}]}}]}}]}
                """
        ),
        ConversionRow(
            about: "bundles",
            kind: "Pipeline",
            old:
                "{tasks: [{taskRef: {name: a, bundle: reg/x}}, {taskRef: {name: b, kind: ClusterTask, bundle: reg/y}}]}",
            new: """
                {tasks: [{taskRef: {resolver: bundles, params: [{name: bundle, value: reg/x}, {name: name, value: a},
                {name: kind, value: Task}]}}, {taskRef: {resolver: bundles, params: [{name: bundle, value: reg/y},
                {name: name, value: b}, {name: kind, value: ClusterTask}]}}]}
                """
        ),
        ConversionRow(
            about: "a PipelineRun",
            kind: "PipelineRun",
            old: """
                {pipelineRef: {name: a}, serviceAccountName: b, podTemplate: {nodeSelector: {}}, timeout: 5m,
                taskRunSpecs: [{pipelineTaskName: c, taskServiceAccountName: d, taskPodTemplate: {hostNetwork: true},
                stepOverrides: [{name: e, resources: {}}], sidecarOverrides: [{name: f, resources: {}}]}]}
                """,
            new: """
                {pipelineRef: {name: a}, taskRunTemplate: {serviceAccountName: b, podTemplate: {nodeSelector: {}}},
                timeouts: {pipeline: 5m}, taskRunSpecs: [{pipelineTaskName: c, serviceAccountName: d,
                podTemplate: {hostNetwork: true}, stepSpecs: [{name: e, computeResources: {}}],
                sidecarSpecs: [{name: f, computeResources: {}}]}]}
                """
        ),
        ConversionRow(
            about: "a PipelineRun's embedded Pipeline and timeouts",
            kind: "PipelineRun",
            old:
                "{pipelineSpec: {tasks: [{taskSpec: {steps: [{resources: {}}]}}]}, timeouts: {tasks: 1h}, timeout: null}",
            new:
                "{pipelineSpec: {tasks: [{taskSpec: {steps: [{computeResources: {}}]}}]}, timeouts: {tasks: 1h}, timeout: null}"
        ),
        ConversionRow(
            about: "a TaskRun",
            kind: "TaskRun",
            old: """
                {taskSpec: {steps: [{resources: {}}]}, serviceAccountName: a, podTemplate: {}, timeout: 5m,
                stepOverrides: [{name: e, resources: {}}], sidecarOverrides: [{name: f, resources: {}}]}
                """,
            new: """
                {taskSpec: {steps: [{computeResources: {}}]}, serviceAccountName: a, podTemplate: {}, timeout: 5m,
                stepSpecs: [{name: e, computeResources: {}}], sidecarSpecs: [{name: f, computeResources: {}}]}
                """
        ),
        ConversionRow(
            about: "a StepAction",
            kind: "StepAction",
            old: "{image: a, env: []}",
            new: "{image: a, env: []}"
        ),
    ])
    func `a v1beta1 document becomes v1`(_ row: ConversionRow) throws {
        let document = try load(apiVersion: "tekton.dev/v1beta1", kind: row.kind, spec: row.old)
        let expected = try load(apiVersion: "tekton.dev/v1", kind: row.kind, spec: row.new)
        #expect(document.spec.jsonText(sortedKeys: true) == expected.spec.jsonText(sortedKeys: true))
        #expect(document.root["apiVersion"] == "tekton.dev/v1")
        #expect(document.apiVersion == "tekton.dev/v1")
        #expect(document.writtenAPIVersion == "tekton.dev/v1beta1")
        #expect(document.written["apiVersion"] == "tekton.dev/v1beta1")
        #expect(document.written["spec"] == (try load(apiVersion: "x/v1", kind: row.kind, spec: row.old).spec))
    }

    @Test(arguments: [
        ("tekton.dev/v1", "Task"), ("tekton.dev/v1beta1", "CustomRun"), ("tekton.dev/v1alpha1", "Task"),
        ("triggers.tekton.dev/v1beta1", "Task"), ("tekton.dev/v1beta1", "task"),
    ])
    func `other documents stay as they are`(_ apiVersion: String, _ kind: String) throws {
        let document = try load(apiVersion: apiVersion, kind: kind, spec: "{steps: [{resources: {}, tty: true}]}")
        #expect(document.spec == ["steps": [["resources": [:], "tty": true]]])
        #expect(document.apiVersion == apiVersion)
        #expect(document.writtenAPIVersion == apiVersion)
    }

    @Test func `converted fields keep their places`() throws {
        let document = try load(apiVersion: "tekton.dev/v1beta1", kind: "PipelineRun", spec: "{timeout: 5m}")
        let timeouts = try #require(document.spec.mapping?.entry("timeouts"))
        #expect(timeouts.value.place?.description == "test.yaml:4:8")
        #expect(timeouts.value.mapping?.entry("pipeline")?.keyPlace?.description == "test.yaml:4:8")
        #expect(timeouts.value["pipeline"]?.place?.description == "test.yaml:4:17")
    }

    /// What is wrong with the fields, some of which do not exist in all versions, does not matter here.
    private func load(apiVersion: String, kind: String, spec: String) throws -> Document {
        var loader = ManifestLoader()
        let indented = spec.split(separator: "\n").joined(separator: "\n  ")
        let text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: a}\nspec: \(indented)"
        _ = loader.load(text: text, file: "test.yaml")
        return try #require(loader.set.documents.first)
    }
}
