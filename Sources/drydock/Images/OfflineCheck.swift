import Docker
import Git
import Pods
import SystemPackage

/// What `--offline` asks before anything starts: whether all is here that the runs will want.
struct OfflineCheck {
    let needs: RunNeeds
    let mirrors: MirrorCache

    /// What is not here, a line each; nothing but the engine is asked.
    func missing(on docker: DockerClient) async throws -> [String] {
        missing(among: try await ImageStatus.all(of: needs, on: docker)) + missingMirrors()
    }

    func missing(among images: [ImageStatus]) -> [String] {
        images.filter { !$0.isHere }.map { status in
            let users = status.need.users.map(\.text).joined(separator: ", ")
            return "image \(status.need.reference) (\(users))" + (status.problem.map { ": \($0)" } ?? "")
        }
    }

    func missingMirrors() -> [String] {
        needs.clones.compactMap { clone in
            // A repository on this machine needs no network.
            if case .local = clone.url.transport { return nil }
            guard !clone.isFed, !mirrors.holds(clone.url, revision: clone.revision) else { return nil }
            let revision = clone.revision.isEmpty ? "" : " at \(clone.revision)"
            return "mirror of \(clone.url.masked)\(revision) (\(clone.task))"
        }
    }

    /// Ends the command unless everything is here.
    func require(on docker: DockerClient) async throws {
        let missing: [String]
        do {
            missing = try await self.missing(on: docker)
        } catch {
            throw CommandFailure(error)
        }
        guard !missing.isEmpty else { return }
        throw CommandFailure(
            .engineUnavailable,
            "--offline, and \(missing.count) thing\(missing.count == 1 ? " is" : "s are") missing; "
                + "nothing was started:\n" + missing.map { "  \($0)\n" }.joined()
                + "while online, drydock images pull gets images, and a run without --offline the mirrors"
        )
    }

    /// What is different with `--offline`, a sentence each.
    var notices: [String] {
        var notices = ["--offline: nothing is pulled or fetched; what the steps do themselves is not held back"]
        for image in needs.images {
            let always = image.users.filter { $0.image.pullPolicy == "Always" }.map(\.text)
            guard !always.isEmpty else { continue }
            notices.append(
                "--offline: \(always.joined(separator: ", ")) asks for imagePullPolicy Always; "
                    + "the \(image.reference) that is on the engine is used"
            )
        }
        return notices + needs.unforeseen.map { "--offline: cannot be foreseen, and may turn out to be missing: \($0)" }
    }
}

extension Directories {
    /// Where clones keep what they fetched.
    func mirrors(isOffline: Bool) -> MirrorCache {
        MirrorCache(folder: cache.appending("git"), isOffline: isOffline)
    }
}
