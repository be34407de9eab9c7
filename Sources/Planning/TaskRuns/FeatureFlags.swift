import YAML

/// The settings (`feature-flags`) of a cluster that does what drydock does, as a status shows them.
///
/// [Tekton: Customizing the Pipelines Controller behavior](https://tekton.dev/docs/pipelines/additional-configs/)
enum FeatureFlags {
    static let node: YAMLNode = [
        "awaitSidecarReadiness": true,
        "coschedule": "disabled",
        "enableAPIFields": "alpha",
        "enableArtifacts": true,
        "enableCELInWhenExpression": true,
        "enableConciseResolverSyntax": true,
        "enableParamEnum": true,
        "enableProvenanceInStatus": true,
        "enforceNonfalsifiability": "none",
        "maxResultSize": 4096,
        "resultExtractionMethod": "termination-message",
        "verificationNoMatchPolicy": "ignore",
    ]
}
