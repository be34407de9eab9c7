package import YAML

/// How long a PipelineRun and its parts may take.
///
/// What is not given follows from the others; zero means without end.
/// [Tekton: Configuring a failure timeout](https://tekton.dev/docs/pipelines/pipelineruns/#configuring-a-failure-timeout)
package struct PipelineRunTimeouts: Sendable, Hashable {
    package var pipeline: GoDuration
    /// Nil: as long as the Pipeline may take.
    package var tasks: GoDuration?
    /// Nil: as long as the Pipeline may take.
    package var finally: GoDuration?

    /// The time that holds where a manifest names none.
    package static let standard = GoDuration(seconds: 3600)

    /// Reads `spec` of a PipelineRun.
    package init(spec: YAMLNode) {
        let node = spec["timeouts"]
        func duration(_ key: String) -> GoDuration? { node?[key]?.string.flatMap { GoDuration($0) } }
        pipeline = duration("pipeline") ?? Self.standard
        let tasks = duration("tasks")
        let finally = duration("finally")
        self.tasks = tasks ?? Self.rest(of: pipeline, without: finally)
        self.finally = finally ?? Self.rest(of: pipeline, without: tasks)
    }

    private static func rest(of whole: GoDuration, without part: GoDuration?) -> GoDuration? {
        guard let part, part != .zero, whole != .zero else { return nil }
        return GoDuration(nanoseconds: whole.nanoseconds - part.nanoseconds)
    }
}
