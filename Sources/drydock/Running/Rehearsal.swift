import Manifests
import Planning
import Pods
import Runs
import Validation

/// Reads, checks and plans a PipelineRun that is never started.
///
/// What a program does for the first time takes it several times as long as the second time. This takes that upon
/// itself beside the reading of the arguments, and keeps nothing.
enum Rehearsal {
    private static let manifests = """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata:
          name: rehearsal
        spec:
          tasks:
            - name: only
              taskSpec:
                steps:
                  - name: only
                    image: rehearsal
                    script: echo rehearsal
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: rehearsal
        spec:
          pipelineRef:
            name: rehearsal
        """

    /// Goes from manifests to a Pod's containers.
    static func run() {
        var loader = ManifestLoader()
        _ = loader.load(text: manifests, file: "rehearsal")
        let manifests = loader.set
        var admission = Admission(level: nil)
        _ = admission.refusals(of: manifests)
        let runs = manifests.documents.filter(\.isRun)
        for run in runs {
            _ = Unsupported.check(run, in: manifests, customTasks: CustomTaskRegistry())
            _ = MissingReferences.check(run, in: manifests)
            _ = OpenReferences.foreseeable(of: run, in: manifests)
        }
        _ = RunPreparation.notes(about: runs, brought: [], in: manifests, admission: admission)
        let containers = ForeseenTaskRuns(of: runs, in: manifests).plans.map { PodRehearsal.containers(of: $0.plan) }
        assert(containers == [1], "the rehearsal stops short of its container")
    }
}
