import Docker
import Entrypoint
import Foundation
import Manifests
import TestSupport
import Testing
import YAML

@testable import Pods

/// Suite `pod`, as far as a Pod is planned here as on a cluster: the files of scripts, and how steps are put in order.
struct PodVectorsTests {
    @Test func `scripts become the files of the vectors`() {
        let tally = Vectors.run("pod", part: "scripts", where: Self.isScripts) { one in
            let containers = (one.input["steps"]?.elements ?? []) + (one.input["sidecars"]?.elements ?? [])
            let files = containers.map { Container($0) }.filter { !$0.script.isEmpty }.map(\.scriptFile)
            let placed = one.expected["r0"]?["args"]?.strings.last ?? ""
            let expected = placed.split(separator: "<< '_EOF_'\n").dropFirst().compactMap { rest in
                rest.firstRange(of: "\n_EOF_").flatMap { Data(base64Encoded: String(rest[..<$0.lowerBound])) }
            }
            return differences(YAMLNode(files), YAMLNode(expected.map { String(decoding: $0, as: UTF8.self) }))
        }
        #expect(tally.failures == [])
    }

    @Test func `steps wait for one another as in the vectors`() {
        let tally = Vectors.run("pod", part: "order", where: Self.isOrder) { one in
            let pod = try PodFixture(
                Self.spec(one).jsonText(),
                run: "debug: \((one.input["breakpointConfig"] ?? [:]).jsonText())"
            ).pod()
            let found = try pod.steps.map { step in
                var arguments = try StepArguments(parsing: step.configuration.command ?? [])
                arguments.reportDirectory = nil
                arguments.reportsLargeResults = false
                return arguments
            }
            let expected = try (one.expected["result"]?.elements ?? []).map {
                try StepArguments(parsing: $0["args"]?.strings ?? [])
            }
            return found == expected ? [] : ["\(found) instead of \(expected)"]
        }
        #expect(tally.failures == [])
    }

    /// Windows has no shell to run them, and the scripts of breakpoints are placed elsewhere.
    private static func isScripts(_ one: VectorCase) -> Bool {
        let containers = (one.input["steps"]?.elements ?? []) + (one.input["sidecars"]?.elements ?? [])
        let isForWindows = containers.contains { $0["script"]?.string?.contains("#!win") == true }
        return one.operation == "convertScripts" && !isForWindows && one.input["debugConfig"] == nil
    }

    /// What admission refuses, and flags of a cluster, are no matter of order.
    private static func isOrder(_ one: VectorCase) -> Bool {
        one.operation == "orderContainers" && one.expected["error"] == nil
            && one.input["commonExtraEntrypointArgs"]?.elements.isEmpty != false
    }

    /// The Task of a case: its containers, what its Task says of each, and a sidecar where the first step waits.
    private static func spec(_ one: VectorCase) -> YAMLNode {
        let declared = one.input[path: "taskSpec", "steps"]?.elements ?? []
        var spec: YAMLNode = [:]
        spec["results"] = one.input[path: "taskSpec", "results"]
        spec["steps"] = YAMLNode(
            (one.input["steps"]?.elements ?? []).enumerated().map { index, container in
                var step = container
                let task = declared.indices.contains(index) ? declared[index] : [:]
                for field in ["onError", "timeout", "stdoutConfig", "stderrConfig", "results", "when"] {
                    step[field] = task[field]
                }
                for field in ["resources", "volumeMounts"] { step[field] = nil }
                return step
            }
        )
        if one.input["waitForReadyAnnotation"]?.bool == true {
            spec["sidecars"] = [["name": "side", "image": "image", "command": ["run"]]]
        }
        return spec
    }
}
