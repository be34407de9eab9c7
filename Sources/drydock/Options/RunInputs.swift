import ArgumentParser
import Validation

/// What a run is made of: manifests, params, workspaces.
struct RunInputs: ParsableArguments {
    @Option(
        name: [.short, .customLong("filename")],
        help: "A manifest: a file, a directory, or - for standard input; may be given several times."
    )
    var files: [String] = []

    @Option(
        name: [.short, .customLong("param")],
        help: "A param, name=value; an array is a,b and an object key:value,key:value."
    )
    var params: [String] = []

    @Option(
        name: [.short, .customLong("workspace")],
        help: ArgumentHelp(
            "A workspace as tkn takes it, name=NAME,SOURCE.",
            discussion: """
                SOURCE is emptyDir=, claimName=CLAIM, config=CONFIGMAP, secret=SECRET, volumeClaimTemplateFile=FILE, \
                or path=DIR (a private copy of the directory), path=DIR,ro (the directory itself, read-only) or \
                path=DIR,rw (the directory itself). subPath=PATH and item=KEY=PATH can be added.
                """
        )
    )
    var workspaces: [String] = []

    @Option(
        name: .customLong("secret"),
        help: ArgumentHelp(
            "A Secret that no manifest holds, NAME=SOURCE, or NAME/KEY=SOURCE for one of its keys.",
            discussion: """
                SOURCE is env:VARIABLE, file:PATH (of a directory each file is a key), or prompt. \
                A value itself is never taken from the command line. May be given several times.
                """
        )
    )
    var secrets: [String] = []

    @Option(
        name: .customLong("secrets-file"),
        help: ArgumentHelp(
            "A file of secrets outside the repository: lines of NAME/KEY=VALUE, or Secret documents.",
            discussion: """
                Values may be in quotes and go over several lines. Secret documents can have the type and annotations \
                that the Secrets of a ServiceAccount need.
                """
        )
    )
    var secretsFiles: [String] = []

    @Option(
        name: .customLong("custom"),
        help: ArgumentHelp(
            "Who carries out a kind of custom task, KIND=COMMAND.",
            discussion: """
                COMMAND is run by /bin/sh; the CustomRun comes on its input as JSON, and it writes the run's status, or \
                nothing. KIND may have its apiVersion before it, as in example.dev/v1/Example. CEL and Wait are \
                carried out without. May be given several times.
                """,
            valueName: "kind=command"
        )
    )
    var customTasks: [String] = []

    @Flag(
        name: .customLong("locked"),
        help: "References lead to exactly what drydock.lock says; what it does not know ends the command."
    )
    var isLocked = false

    @Option(
        name: .customLong("api-fields"),
        help: ArgumentHelp(
            "The enable-api-fields of the cluster to run like: stable, beta or alpha.",
            discussion: """
                What needs more is refused in Tekton's words. Without it all is carried out, and the first lines say \
                what a cluster would have to have switched on.
                """,
            valueName: "level"
        )
    )
    var apiFields: AdmissionSettings.Level?

    @Option(name: [.short, .long], help: "The namespace of documents that name none.")
    var namespace = "default"

    @Option(
        help: ArgumentHelp(
            "What clones of this repository are fed from: worktree, staged, HEAD, a revision, or none.",
            discussion: """
                worktree takes the files as they stand, untracked ones too, ignored ones not; staged takes the index. \
                The repository is the one that holds the first manifest, else that of the current directory; a clone \
                is fed if its URL is one of the repository's remotes, in any spelling, whatever revision it asks for. \
                Without manifests it is worktree, with -f it is none.
                """,
            valueName: "state"
        )
    )
    var source: String?

    /// What is admitted.
    var admission: AdmissionSettings { apiFields.map { .installed(at: $0) } ?? .everything }
}

extension AdmissionSettings.Level: ExpressibleByArgument {}

/// What comes out of a run.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, yaml }

    @Option(name: .shortAndLong, help: "Print the runs with their status on standard output, and nothing else there.")
    var output: Format?

    @Flag(name: [.customShort("C"), .customLong("no-color")], help: "No colours.")
    var noColor = false
}

/// How the engine is used.
struct EngineOptions: ParsableArguments {
    enum Pull: String, ExpressibleByArgument, CaseIterable { case always, missing, never }
    enum Clone: String, ExpressibleByArgument, CaseIterable { case builtin, image }

    @Option(help: "When images are pulled, whatever imagePullPolicy says.")
    var pull: Pull?

    @Flag(
        name: .customLong("offline"),
        help: "Contact nothing but the engine: what is not here already is named before anything starts."
    )
    var isOffline = false

    @Option(help: "Who carries out a clone Task: drydock itself, or the Task's own image.")
    var clone: Clone = .builtin

    @Flag(
        name: .customLong("no-result-limit"),
        help: "Results may be as large as they like; without it, 4096 bytes each, as with sidecar logs on a cluster."
    )
    var hasNoResultLimit = false

    @Option(help: "TaskRuns at the same time (default: twice the processors of the engine, at least 4).")
    var maxParallel: Int?

    func validate() throws {
        if isOffline, let pull, pull != .never {
            throw ValidationError("--offline pulls nothing, and --pull \(pull.rawValue) would: leave one of them out")
        }
        if let maxParallel, maxParallel < 1 { throw ValidationError("--max-parallel must be at least 1") }
    }
}
