import Docker
import Glibc
import Manifests

/// Asks a sidecar whether it is ready, as its probes say.
///
/// [Kubernetes: Configure Liveness, Readiness and Startup Probes](https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/)
struct ProbeRunner {
    /// The longest time between two looks: a cluster may take longer, nothing is gained by that here.
    private static let longestPeriod = 1

    let docker: DockerClient
    /// The id of the sidecar's container.
    let container: String
    /// The Pod's address as this machine reaches it.
    let address: String
    let namedPorts: [String: Int]
    /// Happens when the sidecar ends, or when the Pod is stopped.
    let ended: OneTimeEvent

    /// How the wait for a probe ended.
    enum End {
        case succeeded
        /// It failed for as long as it may.
        case failed
        /// The sidecar ended first.
        case containerEnded
    }

    /// Waits until a probe has succeeded often enough, or the sidecar has ended.
    ///
    /// If it may give up, also until the probe has failed as often in a row as its threshold says, at its own pace.
    func wait(for probe: Probe, mayGiveUp: Bool) async -> End {
        let period = max(1, probe.period)
        let interval = min(period, Self.longestPeriod)
        let mostFailures = max(1, probe.failureThreshold) * period / interval
        var isOver = await ended.wait(atMost: .seconds(probe.initialDelay))
        var successes = 0
        var failures = 0
        while !isOver {
            if await succeeds(probe) {
                (successes, failures) = (successes + 1, 0)
            } else {
                (successes, failures) = (0, failures + 1)
            }
            if successes >= max(1, probe.successThreshold) { return .succeeded }
            if mayGiveUp, failures >= mostFailures { return .failed }
            isOver = await ended.wait(atMost: .seconds(interval))
        }
        return .containerEnded
    }

    private func succeeds(_ probe: Probe) async -> Bool {
        let timeout = max(1, probe.timeout)
        switch probe.action {
        case nil: return true
        case .exec(let command):
            // A container that is just starting or ending cannot take a command: that is a failure like another.
            let result = try? await docker.exec(container, command: command, timeout: .seconds(timeout))
            return result?.exitCode == 0
        case .tcpSocket(let host, let port):
            guard let port = number(of: port) else { return false }
            return await PortProbe(host: host.isEmpty ? address : host, port: port, timeout: timeout).connects()
        case .httpGet(let scheme, let host, let port, let path, let headers):
            guard let port = number(of: port) else { return false }
            let probe = PortProbe(host: host.isEmpty ? address : host, port: port, timeout: timeout)
            // Without TLS of its own, a port that takes connections is all that can be told.
            if scheme.uppercased() == "HTTPS" { return await probe.connects() }
            return await probe.answers(path: path, headers: headers)
        case .grpc(let port, _):
            return await PortProbe(host: address, port: port, timeout: timeout).connects()
        }
    }

    private func number(of port: String) -> Int? { Int(port) ?? namedPorts[port] }
}
