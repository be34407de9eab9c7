import ArgumentParser

/// `drydock refs`: what a pipeline takes from elsewhere.
struct Refs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refs",
        abstract: "List, fetch, lock and verify what references through resolvers lead to.",
        discussion: """
            A reference names a resolver (git, http, hub, bundles, cluster) and what it is to bring: a Task, a \
            Pipeline or a StepAction. What was brought is kept, so that --offline finds it, and drydock.lock, at the \
            top of the repository, holds what each led to, so that --locked takes that and nothing else.
            """,
        subcommands: [RefsList.self, RefsFetch.self, RefsLock.self, RefsVerify.self]
    )
}
