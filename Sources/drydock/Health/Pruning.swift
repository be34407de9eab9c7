import Docker
import Foundation
import Git
import Pods
import SystemPackage

/// Which things go, and their removal.
struct Pruning {
    let context: Context

    /// What `drydock prune` chooses from what is kept; what is in use stays.
    static func chosen(from things: [KeptThing], before moment: Date, includesClaims: Bool) -> [KeptThing] {
        things.filter { thing in
            guard !thing.isInUse else { return false }
            return switch thing.group {
            case .runLogs, .mirrors, .references: (thing.lastUsed ?? .distantPast) <= moment
            case .claims: includesClaims || isHalfRemoved(thing)
            case .pods, .programs, .sandboxImages: true
            case .otherFiles, .containers, .volumes: false
            }
        }
    }

    private static func isHalfRemoved(_ thing: KeptThing) -> Bool {
        if case .claim(let claim) = thing.handle { claim.isRemoved } else { false }
    }

    struct Outcome {
        var removed: [KeptThing] = []
        /// What was taken into use since it was looked at.
        var kept: [KeptThing] = []
        /// What could not be removed, a sentence each.
        var failures: [String] = []

        var freed: Int64 { removed.reduce(0) { $0 + $1.size } }
    }

    /// Removes the things, each under the lock that stands for its use.
    func remove(_ things: [KeptThing], on docker: DockerClient, entrypoint: FilePath) async throws -> Outcome {
        var outcome = Outcome()
        // What removes through a container uses the program and its image, so these go last.
        let late: Set<KeptThing.Group> = [.programs, .sandboxImages]
        try await removeFiles(things.filter { !late.contains($0.group) }, docker, entrypoint, &outcome)
        for thing in things where late.contains(thing.group) {
            await take(thing, &outcome) { try await removeProgram(thing, docker) }
        }
        return outcome
    }

    private func removeFiles(
        _ things: [KeptThing],
        _ docker: DockerClient,
        _ entrypoint: FilePath,
        _ outcome: inout Outcome
    ) async throws {
        let state = context.directories.state
        let keeping = try Housekeeping(docker: docker, stateDirectory: state, entrypoint: entrypoint)
        defer { keeping.finish() }
        for thing in things {
            await take(thing, &outcome) {
                switch thing.handle {
                case .runLog(let id, let path):
                    guard !OwnerLock.isHeld(runID: id, stateDirectory: state) else { return false }
                    try await keeping.remove(path)
                    return true
                case .claim(let claim):
                    guard let rest = try claim.takeAway() else { return false }
                    try await keeping.remove(rest)
                    return true
                case .folder(let path) where thing.group == .mirrors:
                    return try await keeping.removeMirror(path)
                case .folder(let path) where thing.group == .references:
                    try await keeping.remove(path)
                    return true
                case .folder(let path):
                    guard !OwnerLock.isHeld(runID: thing.name, stateDirectory: state) else { return false }
                    try await keeping.remove(path)
                    return true
                case .program, .sandboxImage, .none: return false
                }
            }
        }
    }

    private func removeProgram(_ thing: KeptThing, _ docker: DockerClient) async throws -> Bool {
        switch thing.handle {
        case .program(let copy): try copy.remove()
        case .sandboxImage(let id, let names): try await SandboxImages.remove(id, names: names, from: docker)
        default: false
        }
    }

    /// Tries one removal and notes what came of it.
    private func take(_ thing: KeptThing, _ outcome: inout Outcome, _ body: () async throws -> Bool) async {
        do {
            if try await body() { outcome.removed.append(thing) } else { outcome.kept.append(thing) }
        } catch {
            outcome.failures.append("\(thing.group.noun(1)) \(thing.name): \(error)")
        }
    }
}
