import Foundation
import Testing

/// Arguments that do not go with the manifests, or with each other.
struct MisuseArgumentTests {
    static let arguments = [
        Misuse(
            "a missing param",
            manifest: Misuse.definitions,
            ["pipeline/p", "-w", "name=w,emptyDir="],
            status: 64,
            says: "Pipeline 'p' needs param 'who'; add -p who=VALUE"
        ),
        Misuse(
            "a missing workspace",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "who=x"],
            status: 64,
            says: "needs workspace 'w'; add -w name=w,emptyDir="
        ),
        Misuse(
            "an unknown workspace",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "who=x", "-w", "name=v,emptyDir="],
            status: 64,
            says: "has no workspace 'v': it declares w"
        ),
        Misuse(
            "an unknown param",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "whom=x"],
            status: 64,
            says: "has no param 'whom': it declares who, pair"
        ),
        Misuse(
            "a param twice",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "who=x", "-p", "who=y"],
            status: 64,
            says: "param 'who' is given more than once"
        ),
        Misuse(
            "a param of the wrong type",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "pair=x"],
            status: 64,
            says: "param 'pair' is an object: expected key:value,key:value"
        ),
        Misuse(
            "-p without a value",
            manifest: Misuse.definitions,
            ["pipeline/p", "-p", "who"],
            status: 64,
            says: "'who' is not a param: expected name=value"
        ),
        Misuse(
            "-w without a name",
            manifest: Misuse.definitions,
            ["pipeline/p", "-w", "w=x"],
            status: 64,
            says: "expected name=NAME and one of emptyDir="
        ),
        Misuse(
            "a workspace directory that is not there",
            manifest: Misuse.definitions,
            ["pipeline/p", "-w", "name=w,path=nowhere"],
            status: 66,
            says: "workspace directory 'nowhere' is not there"
        ),
        Misuse(
            "a workspace that is a file",
            manifest: Misuse.definitions,
            ["pipeline/p", "-w", "name=w,path=m.yaml"],
            status: 66,
            says: "a workspace path must be a directory"
        ),
        Misuse(
            "an unknown target",
            manifest: Misuse.definitions,
            ["pipeline/q"],
            status: 66,
            says: "there is no pipeline 'q' in the manifests; there are: p"
        ),
        Misuse(
            "an ambiguous target",
            manifest: Misuse.definitions,
            ["p"],
            status: 64,
            says: "say which: pipeline/p or task/p"
        ),
        Misuse("two targets", manifest: Misuse.definitions, ["p", "q"], status: 64, says: "Unexpected argument 'q'"),
        Misuse(
            "no room for any task",
            manifest: Misuse.taskRun,
            ["--max-parallel", "0"],
            status: 64,
            says: "--max-parallel must be at least 1"
        ),
        Misuse(
            "an unknown flag",
            manifest: Misuse.taskRun,
            ["--kubeconfg", "x"],
            status: 64,
            says: "Unknown option '--kubeconfg'"
        ),
        Misuse(
            "a value that a flag does not take",
            manifest: Misuse.taskRun,
            ["--pull", "sometimes"],
            status: 64,
            says: "'always', 'missing' or 'never'"
        ),
        Misuse("nothing on standard input", ["-f", "-"], status: 66, says: "no document found in -"),
    ]

    @Test(arguments: arguments)
    func `an argument that does not fit is told in one message`(_ misuse: Misuse) async throws {
        try await misuse.check()
    }
}
