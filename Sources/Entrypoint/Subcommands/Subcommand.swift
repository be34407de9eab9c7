/// The small tasks that the entrypoint does beside running steps.
enum Subcommand: String, CaseIterable {
    case sandbox
    case remove
    case chown

    var usage: String {
        switch self {
        case .sandbox: "drydock-entrypoint sandbox"
        case .remove: "drydock-entrypoint remove PATH…"
        case .chown: "drydock-entrypoint chown UID:GID PATH…"
        }
    }

    /// Does the task and returns the exit code.
    func run(_ arguments: [String]) -> Int32 {
        switch self {
        case .sandbox where arguments.isEmpty:
            return Sandbox.run()
        case .remove where !arguments.isEmpty:
            return Removal.run(arguments)
        case .chown where arguments.count > 1:
            guard let owner = Owner(arguments[0]) else { break }
            return OwnerChange(owner: owner).run(arguments.dropFirst())
        default:
            break
        }
        Log.note("usage: \(usage)")
        return EntrypointProgram.usageExitCode
    }
}
