import ArgumentParser

/// `drydock df`: what drydock keeps, here and on the engine.
struct DiskUsage: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json }

    static let configuration = CommandConfiguration(
        commandName: "df",
        abstract: "Show what drydock keeps on this machine and on the engine, and how large it is."
    )

    @Option(name: .shortAndLong, help: "Print JSON, with every single thing.")
    var output: Format?

    func run() async throws {
        let context = Context.current
        let result: Result<Storage, any Error>
        do {
            result = .success(
                try await EngineAccess(context: context).withEngine { docker in
                    var storage = Storage(context.directories)
                    try await storage.add(docker)
                    return storage
                }
            )
        } catch {
            result = .failure(error)
        }
        // Without an engine the files are shown all the same, and the exit code says that this is not all.
        let text = StorageText(storage: (try? result.get()) ?? Storage(context.directories))
        context.output.write(output == .json ? text.json : text.table)
        _ = try result.get()
    }
}
