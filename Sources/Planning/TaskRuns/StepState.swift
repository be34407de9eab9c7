package import Foundation
package import Manifests
package import YAML

/// How the container of a step or sidecar stands, as `.status.steps[]` shows it.
///
/// [Tekton: Monitoring execution status](https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status)
package struct ContainerState: Sendable, Hashable, Codable {
    package struct Termination: Sendable, Hashable, Codable {
        package var exitCode: Int
        /// Kubernetes' reason: `Completed`, `Error`, `OOMKilled`, or Tekton's (`TaskRunTimeout`, `TaskRunCancelled`).
        package var reason: String
        package var message: String
        package var startedAt: Date?
        package var finishedAt: Date?

        package init(
            exitCode: Int,
            reason: String,
            message: String = "",
            startedAt: Date? = nil,
            finishedAt: Date? = nil
        ) {
            self.exitCode = exitCode
            self.reason = reason
            self.message = message
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    package enum Phase: Sendable, Hashable, Codable {
        case waiting(reason: String, message: String)
        case running(startedAt: Date)
        case terminated(Termination)
    }

    /// The name in the Task, without Tekton's prefix `step-` or `sidecar-`.
    package var name: String
    /// The name of the container in a Pod, like `step-build`.
    package var container: String
    /// The image's identity on the engine, like `busybox@sha256:…` or `sha256:…`.
    package var imageID: String
    package var phase: Phase
    /// For a step: how Tekton sees its end, `Completed`, `Continued`, `Error`, `TimeoutExceeded`, `Skipped`, `TaskRunCancelled`.
    package var terminationReason: String?
    /// The container's identity on the engine, empty if there is none.
    package var containerID: String
    /// For a step: the results that it keeps for itself.
    package var results: [RunResult]
    /// For a step: what it said that it used and made.
    package var artifacts: Artifacts?
    /// For a step: where its StepAction came from, nil for one of the manifests.
    package var provenance: Provenance?

    package init(
        name: String,
        container: String,
        imageID: String,
        phase: Phase,
        terminationReason: String? = nil,
        containerID: String = "",
        results: [RunResult] = []
    ) {
        self.name = name
        self.container = container
        self.imageID = imageID
        self.phase = phase
        self.terminationReason = terminationReason
        self.containerID = containerID
        self.results = results
    }

    /// The `terminationReason` of a step that did not end by itself.
    package static let stopped = "TaskRunCancelled"

    package var termination: Termination? {
        if case .terminated(let termination) = phase { termination } else { nil }
    }
}

/// Where something that was fetched came from.
///
/// [Tekton: Provenance](https://tekton.dev/docs/pipelines/pipeline-api/#tekton.dev/v1.Provenance)
package struct Provenance: Sendable, Hashable, Codable {
    package var uri: String
    /// Digests by the name of their algorithm.
    package var digest: [String: String]
    /// The place inside of what the address names.
    package var entryPoint: String

    package init(_ source: RefSource) {
        uri = source.uri
        digest = source.digest
        entryPoint = source.entryPoint
    }

    /// Reads it as it stands in a `.status`.
    package init(_ node: YAMLNode) {
        let source = node["refSource"]
        uri = source?["uri"]?.string ?? ""
        entryPoint = source?["entryPoint"]?.string ?? ""
        let digests = (source?["digest"]?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? "") }
        digest = Dictionary(digests, uniquingKeysWith: { $1 })
    }

    package var node: YAMLNode {
        var source: YAMLNode = [:]
        if !uri.isEmpty { source["uri"] = YAMLNode(uri) }
        if !digest.isEmpty { source["digest"] = YAMLNode(digest) }
        if !entryPoint.isEmpty { source["entryPoint"] = YAMLNode(entryPoint) }
        return ["refSource": source]
    }
}
