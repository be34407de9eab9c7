import ArgumentParser
import Manifests
import Resolvers
import SystemPackage
import YAML

/// `drydock refs list`: the references of a pipeline, and what is known about them without asking anybody.
struct RefsList: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, name }

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List references, what they led to when they were last followed, and whether they are locked.",
        discussion: "Nothing is contacted; what a reference would bring that was never followed cannot be listed."
    )

    @OptionGroup var followed: ReferenceInputs

    @Option(name: .shortAndLong, help: "Print JSON, or the references only.")
    var output: Format?

    func run() async throws {
        let context = Context.current
        let known = try await followed.follow(context, isOffline: true)
        let lock = try Self.lock(at: known.lockfile)
        let entries =
            known.answers.map { Entry(reference: $0.reference, answer: $0.answer, lock: lock) }
            + known.open.map { Entry(reference: $0.reference, answer: nil, lock: lock) }
        switch output {
        case .json: context.output.write(YAMLNode(entries.map(\.object)).jsonText(pretty: true) + "\n")
        case .name: for entry in entries { context.output.write(entry.reference.summary + "\n") }
        case nil:
            guard !entries.isEmpty else { return context.say("no reference leads out of the manifests") }
            context.output.write(Self.table(of: entries))
        }
    }

    /// The lock file, an empty one where there is none.
    private static func lock(at path: FilePath) throws(CommandFailure) -> Lockfile {
        do throws(CommandFailure) {
            return try LockfilePlace.read(path)
        } catch {
            guard error.status == .noInput else { throw error }
            return Lockfile()
        }
    }

    private struct Entry {
        let reference: ResolverReference
        let answer: ReferenceAccess.Answer?
        let lock: Lockfile

        private var source: RefSource? {
            if case .found(_, let source)? = answer?.resolution { source } else { nil }
        }

        /// `yes`, `no`, or that it is not what the lock file says.
        var locked: String {
            guard let entry = lock[reference] else { return "no" }
            guard let digest = answer?.resource?.contentDigest else { return "yes" }
            return digest == entry.contentDigest ? "yes" : "differs"
        }

        var row: [String] {
            [
                reference.resolver, reference.paramText, answer?.text ?? "not fetched", source?.shortDigest ?? "-",
                locked,
            ]
        }

        var object: YAMLNode {
            var node: YAMLNode = [
                "resolver": YAMLNode(reference.resolver), "params": YAMLNode(reference.params.map(\.node)),
                "locked": YAMLNode(locked),
            ]
            if let answer { node["leadsTo"] = YAMLNode(answer.text) }
            if let source { node["source"] = source.node }
            if let digest = answer?.resource?.contentDigest { node["content"] = YAMLNode(digest) }
            return node
        }
    }

    private static func table(of entries: [Entry]) -> String {
        var table = TextTable(
            columns: [
                ("RESOLVER", .left), ("PARAMS", .left), ("LEADS TO", .left), ("AT", .left), ("LOCKED", .left),
            ]
        )
        table.rows = entries.map(\.row)
        return table.text
    }
}

extension ResolverReference {
    /// The params alone, for people.
    fileprivate var paramText: String { String(summary.dropFirst(resolver.count + 1)) }
}
