import ArgumentParser
import Manifests
import Resolvers
import SystemPackage

/// What commands about references are given: the same as `drydock run`.
struct ReferenceInputs: ParsableArguments {
    @Argument(help: "pipeline/NAME, task/NAME, run/NAME, or a bare name; without it all runs of the manifests.")
    var target: String?

    @OptionGroup(title: "What runs") var inputs: RunInputs

    /// What was found out.
    struct Followed {
        /// Those that lead out of the manifests.
        var answers: [(reference: ResolverReference, answer: ReferenceAccess.Answer)]
        var open: [(reference: ResolverReference, error: ResolverError)]
        var lockfile: FilePath
    }

    /// Follows the references of the runs.
    /// - Parameters:
    ///   - context: The command's.
    ///   - isOffline: Whether nothing is contacted.
    /// - Returns: What they lead to.
    /// - Throws: What is wrong with the manifests.
    func follow(_ context: Context, isOffline: Bool = false) async throws -> Followed {
        let preparation = RunPreparation(
            context: context,
            inputs: inputs,
            target: target,
            clone: .builtin,
            isOffline: isOffline
        )
        let chosen = try preparation.choose()
        let gathered = try await preparation.references(of: chosen).gathered
        return Followed(
            answers: gathered.answers.filter { !ReferenceResolution.isLocal($0.reference) },
            open: gathered.open,
            lockfile: LockfilePlace.path(for: chosen.firstPath)
        )
    }

    /// Follows the references of the runs, and ends the command where one leads nowhere.
    func followAll(_ context: Context) async throws -> Followed {
        let followed = try await follow(context)
        let failures = followed.answers.compactMap { entry -> String? in
            guard case .failed(let failure) = entry.answer.resolution else { return nil }
            return "\(entry.reference.summary): \(ResolverError.failed(failure))"
        }
        guard failures.isEmpty, followed.open.isEmpty else {
            let texts = failures + followed.open.map { "\($0.error)" }
            let status = failures.isEmpty ? followed.open.first.map { CommandFailure($0.error).status } : nil
            throw CommandFailure(
                status ?? .invalidManifest,
                "\(texts.count) reference\(texts.count == 1 ? "" : "s") could not be followed:\n"
                    + texts.map { "  \($0)" }.joined(separator: "\n")
            )
        }
        return followed
    }
}

extension ReferenceAccess.Answer {
    /// `Task git-clone`, or why there is nothing.
    var text: String {
        switch resolution {
        case .found(let document, _): "\(document.kind) \(document.metadata.name)"
        case .failed(let failure): "\(ResolverError.failed(failure))"
        }
    }
}

extension RefSource {
    /// `sha1:1a2b3c4d5e6f`, short enough for a table.
    var shortDigest: String {
        digest.sorted { $0.key < $1.key }.first.map { "\($0.key):\($0.value.prefix(12))" } ?? "-"
    }
}
