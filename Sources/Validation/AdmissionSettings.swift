/// The settings of a Tekton installation that decide what it admits; as they are when nobody changed them.
///
/// [Tekton: Customizing the Pipelines Controller behavior](https://tekton.dev/docs/pipelines/additional-configs/)
package struct AdmissionSettings: Sendable {
    package enum Level: String, Sendable, Comparable, CaseIterable {
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

    /// The setting `enable-api-fields`.
    package var level: Level = .beta
    /// The setting `enable-cel-in-whenexpression`.
    package var allowsCEL = false
    /// The setting `enable-param-enum`.
    package var allowsParamEnum = false
    /// The setting `enable-artifacts`.
    package var allowsArtifacts = false
    /// The setting `enable-concise-resolver-syntax`.
    package var allowsConciseResolverSyntax = false
    /// The setting `disable-inline-spec`: `pipeline`, `pipelinerun`, `taskrun`.
    package var inlineSpecsRefused: Set<String> = []
    /// The setting `default-timeout-minutes`.
    package var defaultTimeoutMinutes: Int64 = 60
    /// The setting `default-max-matrix-combinations-count`.
    package var matrixLimit = 256
    /// The setting `default-resolver-type`.
    package var defaultResolver = ""
    /// The setting `default-forbidden-env`.
    package var forbiddenEnvironment: Set<String> = []

    /// Whether a script may hold what looks like a result but has a name that none can have.
    ///
    /// Tekton refuses `$(results.a-${i}.path)`; here it is left to the script.
    package var toleratesImpossibleResults = false

    package init() {}

    /// An installation whose `enable-api-fields` is at a level, with all the features that the level holds.
    ///
    /// Those that have a setting of their own are all of the level `alpha`.
    package static func installed(at level: Level) -> AdmissionSettings {
        var settings = AdmissionSettings()
        settings.level = level
        settings.allowsCEL = level == .alpha
        settings.allowsParamEnum = level == .alpha
        settings.allowsArtifacts = level == .alpha
        settings.allowsConciseResolverSyntax = level == .alpha
        return settings
    }

    /// All features switched on, as drydock itself is set up: what a manifest asks for is there.
    package static let everything: AdmissionSettings = {
        var settings = installed(at: .alpha)
        settings.toleratesImpossibleResults = true
        return settings
    }()
}
