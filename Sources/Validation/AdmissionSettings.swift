/// The settings of a Tekton installation that decide what it admits; as they are when nobody changed them.
///
/// [Tekton: Customizing the Pipelines Controller behavior](https://tekton.dev/docs/pipelines/additional-configs/)
package struct AdmissionSettings: Sendable {
    package enum Level: String, Sendable, Comparable {
        case stable, beta, alpha

        private var rank: Int {
            switch self {
            case .stable: 0
            case .beta: 1
            case .alpha: 2
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    /// `enable-api-fields`
    package var level: Level = .beta
    /// `enable-cel-in-whenexpression`
    package var allowsCEL = false
    /// `enable-param-enum`
    package var allowsParamEnum = false
    /// `enable-artifacts`
    package var allowsArtifacts = false
    /// `enable-concise-resolver-syntax`
    package var allowsConciseResolverSyntax = false
    /// `disable-inline-spec`: `pipeline`, `pipelinerun`, `taskrun`.
    package var inlineSpecsRefused: Set<String> = []
    /// `default-timeout-minutes`
    package var defaultTimeoutMinutes: Int64 = 60
    /// `default-max-matrix-combinations-count`
    package var matrixLimit = 256
    /// `default-resolver-type`
    package var defaultResolver = ""
    /// `default-forbidden-env`
    package var forbiddenEnvironment: Set<String> = []

    package init() {}
}
