import Foundation
internal import Git
import Manifests
import Planning
package import SystemPackage

extension CloneTask {
    /// Carries out a recognised clone.
    ///
    /// - Parameters:
    ///   - request: What `recognise` found.
    ///   - workspace: The host directory of the workspace that is cloned into.
    ///   - scratch: A directory that only this process uses, best on the same file system; what is made in it is
    ///     removed again.
    ///   - owner: The user and group of the Task's step.
    /// - Returns: What the step would have printed and left as results, also when it fails.
    /// - Throws: `CancellationError`, or that the scratch directory cannot be used.
    package static func perform(
        _ request: Request,
        in workspace: FilePath,
        scratch: FilePath,
        owner: Owner
    ) async throws -> CloneOutcome {
        let performance = ClonePerformance(request: request, workspace: workspace, scratch: scratch, owner: owner)
        return try await performance.run()
    }
}

/// One clone: into a folder that nobody else sees, then into the workspace.
private struct ClonePerformance {
    let request: CloneTask.Request
    let workspace: FilePath
    let scratch: FilePath
    let owner: CloneTask.Owner

    /// Why it ends early.
    private enum Ending: Error {
        case failed([String])
        case ownImage(String)
    }

    func run() async throws -> CloneOutcome {
        var lines = request.isVerbose ? [commandLine] : []
        do {
            let destination = try openDestination()
            if request.deletesExisting { try inWorkspace { () throws(Errno) in try destination.removeContents() } }
            guard try destination.status(".git") == nil else {
                throw Ending.failed([GitError.destinationInUse(FilePath(request.checkoutPath)).description])
            }
            let place = try stagingPlace(beside: destination)
            let staging = FilePath(place.string + "/drydock-clone-\(UUID().uuidString)")
            try FileManager.default.createDirectory(
                atPath: staging.string,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            // A clone that was given up may still write for a moment; the caller removes its scratch directory.
            defer { try? FileManager.default.removeItem(atPath: staging.string) }
            let result = try await clone(to: staging.appending("tree"))
            try inWorkspace { () throws(Errno) in try settleAndMove(from: staging, to: destination) }
            try recordStatus(of: result, from: staging, in: destination)
            lines += summary(of: result)
            return .succeeded(report(lines, request.results.map { $0.runResult(from: result, url: request.url) }))
        } catch Ending.failed(let message) {
            return .failed(exitCode: 1, report(lines + message, []))
        } catch Ending.ownImage(let reason) {
            return .ownImage(reason: reason)
        }
    }
}
