import SystemPackage

/// Where a Pod's files lie in its own directory on this machine, and in its containers.
enum PodLayout {
    /// The directory that every step sees at `/tekton`, read-only but for what is mounted in it.
    static let tekton: FilePath = "tekton"
    static let entrypoint: FilePath = "tekton/bin/entrypoint"
    static let scripts: FilePath = "tekton/scripts"
    static let steps: FilePath = "tekton/steps"
    static let home: FilePath = "tekton/home"
    static let results: FilePath = "tekton/results"
    static let artifacts: FilePath = "tekton/artifacts"
    /// The scripts by which a person lets a step at a breakpoint go on.
    static let debugScripts: FilePath = "tekton/debug/scripts"
    static let debugInfo: FilePath = "tekton/debug/info"
    static let ready: FilePath = "tekton/downward/ready"
    /// The directory that steps share at `/workspace`.
    static let workspace: FilePath = "workspace"

    /// The directory that a step records its end in; only it may write there.
    static func run(_ step: Int) -> FilePath { FilePath("tekton/run/\(step)") }
    /// The directory of what a step hands over past the engine.
    static func report(_ step: Int) -> FilePath { run(step).appending("report") }
    /// A folder that holds nothing but the step's number, by which the scripts know it.
    static func debugInfo(of step: Int) -> FilePath { FilePath("debug/\(step)") }
    /// The file that takes a step's termination message.
    static func termination(_ step: Int) -> FilePath { FilePath("termination/\(step)") }
    static func credentials(_ step: Int) -> FilePath { FilePath("credentials/\(step)") }

    /// Where something in the Pod's directory is seen in a container.
    static func inContainer(_ path: FilePath) -> FilePath { FilePath("/\(path)") }

    /// Directories that containers must find, whoever they run as, and may not write.
    static let fixedDirectories: [FilePath] = [
        "tekton", "tekton/bin", "tekton/run", "tekton/downward", "tekton/creds", scripts, steps, "termination",
        "credentials",
    ]
    /// Those that only a Pod with a breakpoint has.
    static let debugDirectories: [FilePath] = ["tekton/debug", debugScripts, debugInfo, "debug"]
    /// Directories that any user may write.
    static let openDirectories: [FilePath] = [home, results, artifacts, workspace]
}
