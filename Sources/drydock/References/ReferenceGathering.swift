import Manifests
import Planning
import Resolvers

/// What the references of runs lead to, as far as it can be told before anything has run.
struct GatheredReferences {
    /// With the answers among them.
    var manifests: ManifestSet
    /// In the order in which they were met.
    var answers: [(reference: ResolverReference, answer: ReferenceAccess.Answer)] = []
    /// Those that nobody could answer, and why.
    var open: [(reference: ResolverReference, error: ResolverError)] = []

    /// What is wrong with the documents that were brought.
    var problems: [Diagnostic] { answers.flatMap(\.answer.problems) }

    /// The documents that were brought.
    var documents: [Document] {
        answers.compactMap { entry in
            if case .found(let document, _) = entry.answer.resolution { document } else { nil }
        }
    }
}

/// Follows the references of runs, and those of what they lead to.
struct ReferenceGathering {
    let access: ReferenceAccess

    /// How many are asked for at the same time.
    private static let width = 8

    /// Follows all that can be followed.
    /// - Parameters:
    ///   - runs: The runs.
    ///   - manifests: What they refer to besides.
    /// - Returns: The answers, and what there is none for.
    /// - Throws: Only that the task was cancelled.
    func gather(for runs: [Document], in manifests: ManifestSet) async throws -> GatheredReferences {
        var gathered = GatheredReferences(manifests: manifests)
        while true {
            let given = gathered.open.map(\.reference)
            var next: [ResolverReference] = []
            for run in runs {
                for reference in OpenReferences.foreseeable(of: run, in: gathered.manifests)
                where !given.contains(reference) && !next.contains(reference) {
                    next.append(reference)
                }
            }
            guard !next.isEmpty else { return gathered }
            for (reference, result) in zip(next, try await answers(to: next)) {
                switch result {
                case .success(let answer):
                    gathered.answers.append((reference, answer))
                    gathered.manifests.resolutions[reference] = answer.resolution
                case .failure(let error): gathered.open.append((reference, error))
                }
            }
        }
    }

    private func answers(
        to references: [ResolverReference]
    ) async throws -> [Result<ReferenceAccess.Answer, ResolverError>] {
        try await withThrowingTaskGroup(of: (Int, Result<ReferenceAccess.Answer, ResolverError>).self) { group in
            var results = [Result<ReferenceAccess.Answer, ResolverError>?](repeating: nil, count: references.count)
            var begun = 0
            func begin(
                _ group: inout ThrowingTaskGroup<(Int, Result<ReferenceAccess.Answer, ResolverError>), any Error>
            ) {
                guard begun < references.count else { return }
                let index = begun
                begun += 1
                group.addTask { [access] in
                    do {
                        return (index, .success(try await access.answer(references[index])))
                    } catch let error as ResolverError {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.width { begin(&group) }
            while let (index, result) = try await group.next() {
                results[index] = result
                begin(&group)
            }
            return results.compactMap(\.self)
        }
    }
}

extension CommandFailure {
    /// Ends a command because references have no answer; nil if all have one.
    static func unanswered(_ open: [(reference: ResolverReference, error: ResolverError)]) -> CommandFailure? {
        guard let first = open.first else { return nil }
        guard open.count > 1 else {
            let failure = CommandFailure(first.error)
            return CommandFailure(failure.status, failure.message + "\nnothing was started")
        }
        let missing = open.filter { if case .notCached = $0.error { true } else { false } }
        guard missing.count < open.count else {
            return CommandFailure(
                .engineUnavailable,
                "\(open.count) references are not in the cache; nothing was started:\n"
                    + open.map { "  \($0.reference.summary)\n" }.joined()
                    + "while online, drydock refs fetch gets them"
            )
        }
        return CommandFailure(
            CommandFailure(first.error).status,
            "\(open.count) references have no answer; nothing was started:\n"
                + open.map { "  \($0.error)" }.joined(separator: "\n")
        )
    }
}

extension ResolverReference {
    /// The Secrets that it names.
    var secretNames: [String] {
        ["http-password-secret", "gitToken", "secret"].compactMap { self[$0] }.filter { !$0.isEmpty }
    }
}
