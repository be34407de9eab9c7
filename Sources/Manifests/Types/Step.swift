package import YAML

/// A step of a Task.
///
/// [Tekton: Defining Steps](https://tekton.dev/docs/pipelines/tasks/#defining-steps)
package struct Step: Sendable, Hashable {
    package enum OnError: String, Sendable, Hashable { case `continue`, stopAndFail }

    package var container: Container
    /// A duration as Go writes it, empty for none.
    package var timeout: String
    package var onError: OnError
    /// A file that also receives standard output (`stdoutConfig.path`), empty for none.
    package var stdoutPath: String
    package var stderrPath: String
    package var results: [ResultSpec]
    package var displayName: String
    /// What must hold for the step to run; else it is passed over.
    package var when: [WhenExpression]

    package var name: String { container.name }

    package init(_ node: YAMLNode) {
        container = Container(node)
        when = (node["when"]?.elements ?? []).map { WhenExpression($0) }
        timeout = node["timeout"]?.string ?? ""
        onError = node["onError"]?.string.flatMap { OnError(rawValue: $0) } ?? .stopAndFail
        stdoutPath = node[path: "stdoutConfig", "path"]?.string ?? ""
        stderrPath = node[path: "stderrConfig", "path"]?.string ?? ""
        results = (node["results"]?.elements ?? []).map { ResultSpec($0) }
        displayName = node["displayName"]?.string ?? ""
    }
}

/// A container that runs beside the steps of a Task.
package struct Sidecar: Sendable, Hashable {
    package var container: Container
    package var readinessProbe: Probe?
    package var startupProbe: Probe?
    package var livenessProbe: Probe?

    package var name: String { container.name }

    package init(_ node: YAMLNode) {
        container = Container(node)
        readinessProbe = node["readinessProbe"].map { Probe($0) }
        startupProbe = node["startupProbe"].map { Probe($0) }
        livenessProbe = node["livenessProbe"].map { Probe($0) }
    }
}

/// How Kubernetes finds out whether a container is well.
///
/// Times are in seconds.
package struct Probe: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case exec([String])
        /// Port is a number, or the name of one of the container's ports.
        case httpGet(scheme: String, host: String, port: String, path: String, headers: [String: String])
        case tcpSocket(host: String, port: String)
        case grpc(port: Int, service: String)
    }

    package var action: Action?
    package var initialDelay: Int
    package var period: Int
    package var timeout: Int
    package var successThreshold: Int
    package var failureThreshold: Int

    package init(_ node: YAMLNode) {
        initialDelay = node["initialDelaySeconds"]?.integer ?? 0
        period = node["periodSeconds"]?.integer ?? 10
        timeout = node["timeoutSeconds"]?.integer ?? 1
        successThreshold = node["successThreshold"]?.integer ?? 1
        failureThreshold = node["failureThreshold"]?.integer ?? 3
        if let exec = node["exec"] {
            action = .exec(exec["command"]?.strings ?? [])
        } else if let get = node["httpGet"] {
            let headers = (get["httpHeaders"]?.elements ?? []).map {
                ($0["name"]?.string ?? "", $0["value"]?.string ?? "")
            }
            action = .httpGet(
                scheme: get["scheme"]?.string ?? "HTTP",
                host: get["host"]?.string ?? "",
                port: get["port"].map { $0.string ?? $0.jsonText() } ?? "",
                path: get["path"]?.string ?? "/",
                headers: Dictionary(headers, uniquingKeysWith: { _, last in last })
            )
        } else if let socket = node["tcpSocket"] {
            action = .tcpSocket(
                host: socket["host"]?.string ?? "",
                port: socket["port"].map { $0.string ?? $0.jsonText() } ?? ""
            )
        } else if let grpc = node["grpc"] {
            action = .grpc(port: grpc["port"]?.integer ?? 0, service: grpc["service"]?.string ?? "")
        }
    }
}
