package import YAML

/// The params that a PipelineTask is fanned out over.
///
/// [Tekton: Matrix](https://tekton.dev/docs/pipelines/matrix/)
package struct Matrix: Sendable, Hashable {
    /// A combination that is named in full.
    package struct Include: Sendable, Hashable {
        package var name: String
        package var params: [Param]
    }

    package var params: [Param]
    package var include: [Include]

    package init(params: [Param] = [], include: [Include] = []) {
        self.params = params
        self.include = include
    }

    package init(_ node: YAMLNode) {
        params = (node["params"]?.elements ?? []).map { Param($0) }
        include = (node["include"]?.elements ?? []).map { entry in
            Include(
                name: entry["name"]?.string ?? "",
                params: (entry["params"]?.elements ?? []).map { Param($0) }
            )
        }
    }

    package var isEmpty: Bool { params.isEmpty && include.isEmpty }
    package var allParams: [Param] { params + include.flatMap(\.params) }
}
