import Docker
import Foundation
import Git
import Glibc
import Manifests
import Planning
import Runs
import SystemPackage
import YAML

/// A clone Task that is carried out on this machine, told as if its step had run.
struct CloneRun: Sendable {
    let request: CloneTask.Request
    let plan: TaskRunPlan
    let docker: DockerClient
    let removal: HostRemoval
    let emit: @Sendable (PodEvent) -> Void

    /// Where it takes place.
    struct Place: Sendable {
        /// The directory that is cloned into.
        var workspace: FilePath
        /// A directory that only this process uses.
        var scratch: FilePath
        /// The workspace is the user's own directory, in which everything is to stay the user's.
        var isHandedOver: Bool
        var surroundings: CloneTask.Surroundings
    }

    /// Clones.
    /// - Returns: How the step ended, nil if only the Task's own image can do it.
    func record(at place: Place) async throws -> PodExecution.Record? {
        guard let step = plan.spec.steps.first,
            let user = try await user(of: step.container.image, at: place)
        else { return nil }
        let startedAt = Date()
        let outcome = try await CloneTask.perform(
            request,
            in: place.workspace,
            scratch: place.scratch,
            owner: place.isHandedOver ? Self.ownUser : user,
            as: user,
            with: place.surroundings,
            notice: { [emit] in emit(.notice($0)) }
        )
        switch outcome {
        case .ownImage(let reason):
            emit(.notice("the clone runs in its own image: \(reason)"))
            return nil
        case .succeeded(let report):
            if let unowned = report.unowned { try await giveAway(unowned, in: place.workspace) }
            return record(of: step.name, exitCode: 0, report, startedAt: startedAt)
        case .failed(let exitCode, let report):
            return record(of: step.name, exitCode: exitCode, report, startedAt: startedAt)
        }
    }

    private func record(
        of step: String,
        exitCode: Int,
        _ report: CloneOutcome.Report,
        startedAt: Date
    ) -> PodExecution.Record {
        emit(.stepStarted(name: step))
        let text = report.lines.map { $0 + "\n" }.joined()
        if !text.isEmpty { emit(.output(step: step, stream: .stdout, bytes: Array(text.utf8))) }
        let message = message(of: report.results, startedAt: startedAt)
        let termination = ContainerState.Termination(
            exitCode: exitCode,
            reason: exitCode == 0 ? "Completed" : "Error",
            message: message.text,
            startedAt: startedAt,
            finishedAt: Date()
        )
        let state = ContainerState(
            name: step,
            container: "step-\(step)",
            imageID: "",
            phase: .terminated(termination),
            terminationReason: termination.reason
        )
        emit(.stepEnded(state))
        return PodExecution.Record(steps: [state], messages: [message])
    }

    /// What the step's entrypoint would have left.
    private func message(of results: [RunResult], startedAt: Date) -> TerminationMessage {
        let entries = results.map { result -> YAMLNode in
            ["key": YAMLNode(result.name), "value": result.value.node, "type": 1]
        }
        let start: YAMLNode = ["key": "StartedAt", "value": YAMLNode(startedAt.kubernetesText), "type": 3]
        return TerminationMessage(parsing: Array(YAMLNode(entries + [start]).jsonText().utf8))
    }

    // MARK: - Owners

    /// Who the step would have run as; nil where only its image knows.
    private func user(of image: String, at place: Place) async throws -> CloneTask.Owner? {
        // Where the files get another owner, it only matters to what the step may read.
        if place.isHandedOver, request.materials.isEmpty, request.url.transport != .ssh { return Self.ownUser }
        let isKnown = request.user != nil && request.group != nil
        return CloneTask.owner(of: request, image: isKnown ? nil : try await users(of: image))
    }

    private static var ownUser: CloneTask.Owner { CloneTask.Owner(user: Int(getuid()), group: Int(getgid())) }

    /// The users of an image.
    ///
    /// One that is not here is not pulled for its users alone: it counts as root's.
    private func users(of image: String) async throws -> CloneTask.ImageUsers {
        guard let details = try await docker.inspectImage(image) else {
            return CloneTask.ImageUsers(user: "", passwd: "")
        }
        var configuration = ContainerConfiguration(image: details.id)
        configuration.labels = removal.labels
        configuration.command = ["never-started"]
        let archive = try await withoutCancellation { [docker, configuration] in
            let id = try await docker.createContainer(configuration)
            let archive: Result<[UInt8]?, any Error>
            do {
                archive = .success(try await docker.getArchive(id, path: "/etc/passwd"))
            } catch {
                archive = .failure(error)
            }
            try await docker.removeContainer(id)
            return try archive.get()
        }
        return CloneTask.ImageUsers(user: details.config.user, passwd: Self.text(inArchive: archive ?? []))
    }

    /// The text of the only file of a tar archive, whose size stands in octal digits at the 124th byte of its head.
    private static func text(inArchive archive: [UInt8]) -> String {
        guard archive.count > 512 else { return "" }
        let digits = archive[124..<136].prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 8) ?? 0
        return String(decoding: archive[512...].prefix(size), as: UTF8.self)
    }

    /// Gives files to their owner where this process may not.
    private func giveAway(_ unowned: CloneOutcome.Unowned, in workspace: FilePath) async throws {
        try await removal.changeOwner(
            of: unowned.paths.map { workspace.pushing($0) },
            in: workspace,
            to: UInt32(unowned.owner.user),
            group: UInt32(unowned.owner.group)
        )
    }
}
