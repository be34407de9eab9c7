import Docker
import Foundation
import Glibc
import Planning
import Runs
import SystemPackage

/// The sidecars of a Pod: started before the first step begins, stopped after the last one.
struct SidecarRun: Sendable {
    /// A sidecar that no probe looks at counts as ready when it has run this long: time for its first lines,
    /// which a cluster's slower look at it gives as well.
    private static let settlingTime = Duration.milliseconds(100)
    /// How long a sidecar that listens to `SIGTERM` has for it.
    private static let secondsToStop = 3

    /// How a sidecar ended.
    struct End: Sendable {
        var state: ContainerState
        /// It ended while a step was still to end.
        var isEarly: Bool
    }

    let execution: PodExecution
    let sidecars: [PodContainer]
    /// The Pod's address as this machine reaches it, where probes need it.
    let address: String?

    /// Starts all sidecars together, lets the first step begin when they are ready, and gathers how they end.
    func ends() async throws -> [End] {
        guard !sidecars.isEmpty else { return [] }
        do {
            return try await withThrowingTaskGroup(of: (Int, End)?.self) { group in
                for (index, sidecar) in sidecars.enumerated() {
                    group.addTask {
                        let state = try await run(sidecar)
                        return (index, End(state: state, isEarly: !execution.stepsEnded.hasHappened))
                    }
                }
                group.addTask {
                    try await waitUntilReady()
                    return nil
                }
                group.addTask {
                    await execution.stepsEnded.wait()
                    await stopAll()
                    return nil
                }
                var ends: [End?] = Array(repeating: nil, count: sidecars.count)
                for try await case (let index, let end)? in group { ends[index] = end }
                return ends.compactMap(\.self)
            }
        } catch {
            execution.stopped.happen()
            throw error
        }
    }

    private func run(_ sidecar: PodContainer) async throws -> ContainerState {
        defer { sidecar.ended.happen() }
        let startedAt = Date()
        do {
            try await execution.docker.startContainer(sidecar.id)
            sidecar.started.happen()
            // It is stopped twice rather than not at all.
            if execution.cancelledAt != nil { try? await execution.docker.killContainer(sidecar.id) }
        } catch let error as DockerError {
            guard let message = error.refusedStart else { throw error }
            // An engine that is being stopped refuses as well, and that is no failure of a sidecar.
            _ = try await execution.docker.ping()
            return sidecar.plan.terminated(
                exitCode: 128,
                reason: "StartError",
                message: message,
                startedAt: startedAt,
                finishedAt: Date()
            )
        }
        if case .engine(let frames) = sidecar.output {
            for try await frame in frames {
                execution.emit(
                    .output(step: sidecar.plan.containerName, stream: .init(frame.stream), bytes: frame.bytes)
                )
            }
        }
        let exit = try await execution.docker.waitContainer(sidecar.id, condition: .notRunning)
        return sidecar.plan.terminated(
            exitCode: exit.code,
            reason: exit.code == 0 ? "Completed" : "Error",
            startedAt: startedAt,
            finishedAt: Date()
        )
    }

    // MARK: - Ready

    private func waitUntilReady() async throws {
        await withTaskGroup(of: Void.self) { group in
            for sidecar in sidecars { group.addTask { await waitUntilReady(sidecar) } }
        }
        guard !execution.stopped.hasHappened else { return }
        execution.ready.happen()
        try execution.directory.markReady()
    }

    /// Waits for a sidecar's probes; one that has ended is not waited for.
    private func waitUntilReady(_ sidecar: PodContainer) async {
        await sidecar.started.wait(orEither: sidecar.ended)
        guard sidecar.plan.hasProbes else {
            _ = await sidecar.ended.wait(atMost: Self.settlingTime)
            return
        }
        let runner = ProbeRunner(
            docker: execution.docker,
            container: sidecar.id,
            address: address ?? "127.0.0.1",
            namedPorts: sidecar.plan.namedPorts,
            ended: sidecar.ended
        )
        if let probe = sidecar.plan.startupProbe, await runner.wait(for: probe, mayGiveUp: true) == .failed {
            execution.emit(.notice("sidecar '\(sidecar.plan.name)' is ended: its startup probe never succeeded"))
            // Its end is waited for elsewhere; it may have come already.
            try? await execution.docker.killContainer(sidecar.id)
            return
        }
        if let probe = sidecar.plan.readinessProbe { _ = await runner.wait(for: probe, mayGiveUp: false) }
    }

    // MARK: - Stopping

    private func stopAll() async {
        await withTaskGroup(of: Void.self) { group in
            for sidecar in sidecars where !sidecar.ended.hasHappened {
                group.addTask { await stop(sidecar) }
            }
        }
    }

    /// Stops a sidecar; what goes wrong shows where its end is waited for, and in its removal.
    private func stop(_ sidecar: PodContainer) async {
        let process = try? await execution.docker.inspectContainer(sidecar.id)?.state.pid
        if let process, process > 0, !Self.listensToTermination(process) {
            try? await execution.docker.killContainer(sidecar.id)
        } else {
            try? await execution.docker.stopContainer(sidecar.id, timeout: Self.secondsToStop)
        }
    }

    /// Whether the first process of a container does something on `SIGTERM`.
    ///
    /// The kernel keeps from it what it does not listen to, so that waiting would be in vain. True if it cannot be told.
    private static func listensToTermination(_ process: Int) -> Bool {
        // Another machine's process, or one that has ended, has no such file.
        guard let bytes = try? HostFiles.read(FilePath("/proc/\(process)/status")) else { return true }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        guard let mask = line?.split(whereSeparator: \.isWhitespace).last.flatMap({ UInt64($0, radix: 16) }) else {
            return true
        }
        return mask & (1 << UInt64(SIGTERM - 1)) != 0
    }
}
