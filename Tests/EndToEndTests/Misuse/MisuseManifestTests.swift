import Foundation
import Testing

/// Manifests that are none, or that no run can begin with.
struct MisuseManifestTests {
    static let manifests = [
        Misuse("no file", status: 64, says: "name a manifest, as in: drydock run -f pipeline.yaml"),
        Misuse(
            "a file that is not there",
            ["-f", "nowhere.yaml"],
            status: 66,
            says: "no file or directory nowhere.yaml"
        ),
        Misuse(
            "a directory without YAML",
            ["-f", "."],
            status: 66,
            says: "there is no .yaml, .yml or .json file in ."
        ),
        Misuse("an empty file", manifest: "", status: 66, says: "no document found in m.yaml"),
        Misuse("broken YAML", manifest: "a: b\nc: [d", status: 65, says: "m.yaml:", "error[DD1001]"),
        Misuse("a tab", manifest: "a:\n\tb: c", status: 65, says: "m.yaml:2:1", "a tab cannot indent YAML"),
        Misuse(
            "10 MB",
            manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n"
                + String(repeating: "    abcdefghijklmnopqrstuvwxyz\n", count: 340_000),
            status: 66,
            says: "no PipelineRun, TaskRun, Pipeline or Task in m.yaml; there is: 1 ConfigMap"
        ),
        Misuse(
            "10,000 documents",
            manifest: (0..<10_000).map { "apiVersion: v1\nkind: Pod\nmetadata: {name: a\($0)}\n" }
                .joined(separator: "---\n"),
            status: 66,
            says: "there is: 10000 Pod"
        ),
        Misuse(
            "nesting",
            manifest: "spec: " + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000),
            status: 65,
            says: "m.yaml:1:",
            "nested more than 500 deep"
        ),
        Misuse(
            "aliases of aliases",
            manifest: "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + "bcdefghij".reduce(into: (text: "", last: "a")) { bomb, key in
                    let aliases = Array(repeating: "*\(bomb.last)", count: 9).joined(separator: ",")
                    bomb = (bomb.text + "\(key): &\(key) [\(aliases)]\n", String(key))
                }.text,
            status: 65,
            says: "m.yaml:7:",
            "use fewer aliases of aliases"
        ),
        Misuse("a binary file", bytes: Array(0...255), status: 65, says: "control character U+0000 is not allowed"),
        Misuse("another encoding", bytes: Array("a: caf".utf8) + [0xE9], status: 65, says: "save the file as UTF-8"),
        Misuse(
            "only other kinds",
            manifest: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}",
            status: 66,
            says: "there is: 1 Deployment"
        ),
        Misuse(
            "a very long line",
            manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \""
                + String(repeating: "y", count: 3_000_000) + "\", x: z}",
            status: 65,
            says: "m.yaml:4:"
        ),
        Misuse(
            "a cycle",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: Pipeline
                metadata: {name: p}
                spec:
                  tasks:
                    - {name: a, runAfter: [b], taskRef: {name: x}}
                    - {name: b, runAfter: [a], taskRef: {name: x}}
                """,
            ["p"],
            status: 65,
            says: "m.yaml:6:",
            #"cycle detected; task "a" depends on "b""#
        ),
        Misuse(
            "an unknown Task",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: PipelineRun
                metadata: {name: r}
                spec: {pipelineSpec: {tasks: [{name: a, taskRef: {name: nowhere}}]}}
                """,
            status: 65,
            says: "m.yaml:4:57: error[DD3007]",
            #"no Task "nowhere" is among the manifests: spec.pipelineSpec.tasks[0].taskRef.name"#,
            "with another -f"
        ),
        Misuse(
            "a node with another operating system",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: t}
                spec:
                  podTemplate: {nodeSelector: {kubernetes.io/os: windows}}
                  taskSpec: {steps: [{image: i, script: x}]}
                """,
            status: 65,
            says: "m.yaml:5:50: error[DD3034]",
            "spec.podTemplate.nodeSelector.kubernetes.io/os"
        ),
        Misuse(
            "a volume that a driver of a cluster mounts",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: t}
                spec:
                  taskSpec: {steps: [{image: i, script: x}], volumes: [{name: v, csi: {driver: d}}]}
                """,
            status: 65,
            says: "m.yaml:5:71: error[DD3025]",
            "spec.taskSpec.volumes[0].csi"
        ),
        Misuse(
            "a feature of beta where only stable ones are wanted",
            manifest: pipelineRun("matrix: {params: [{name: a, value: [b]}]}"),
            ["--api-fields", "stable"],
            status: 65,
            says: "m.yaml:",
            #"matrix requires "enable-api-fields" feature gate to be "alpha" or "beta" but it is "stable""#
        ),
        Misuse(
            "a feature of alpha where only those of beta are wanted",
            manifest: pipelineRun("when: [{cel: 'true'}]"),
            ["--api-fields", "beta"],
            status: 65,
            says: "m.yaml:",
            "feature flag enable-cel-in-whenexpression should be set to true to use CEL: true in WhenExpression"
        ),
        Misuse(
            "a level that does not exist",
            manifest: pipelineRun("retries: 1"),
            ["--api-fields", "gamma"],
            status: 64,
            says: "'gamma' is invalid for '--api-fields <level>'",
            "stable"
        ),
    ]

    /// A PipelineRun with one task, which has something more.
    private static func pipelineRun(_ more: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: r}
        spec: {pipelineSpec: {tasks: [{name: t, taskRef: {name: x}, \(more)}]}}
        """
    }

    @Test(arguments: manifests)
    func `a manifest that cannot be run is told in one message`(_ misuse: Misuse) async throws {
        try await misuse.check()
    }

    @Test(arguments: ["exec \"$@\" <&-", "exec \"$@\" </", "exec \"$@\" >&- <&-"])
    func `standard input that cannot be read is no crash`(_ script: String) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let command = [Program.executable.path, "run", "-f", "-"]
            let ended = try await program.shell(script, command)
            #expect(ended.status == 66, "\(ended.errors)")
            #expect(ended.errors.hasPrefix("drydock: "))
        }
    }
}
