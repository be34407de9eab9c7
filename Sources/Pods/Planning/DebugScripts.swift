/// The scripts by which a person lets a step at a breakpoint go on, under the names that they have on a cluster.
///
/// [Tekton: Debugging a TaskRun](https://tekton.dev/docs/pipelines/debug/)
enum DebugScripts {
    static let all = [
        "debug-continue": script(["touch \"$run/out\"", "echo 0 > \"$run/out.breakpointexit\""]),
        "debug-fail-continue": script(["touch \"$run/out.err\"", "echo 1 > \"$run/out.breakpointexit\""]),
        "debug-beforestep-continue": script(["echo 0 > \"$run/out.beforestepexit\""]),
        "debug-beforestep-fail-continue": script(["echo 1 > \"$run/out.beforestepexit.err\""]),
    ]

    private static func script(_ lines: [String]) -> String {
        (["#!/bin/sh", "set -e", "step=\"$(ls /tekton/debug/info)\"", "run=\"/tekton/run/$step\""] + lines
            + ["echo \"step $step goes on\""])
            .joined(separator: "\n") + "\n"
    }
}
