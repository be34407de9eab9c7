package import YAML

/// A workspace as a Task declares it.
///
/// [Tekton: Workspaces](https://tekton.dev/docs/pipelines/workspaces/)
package struct WorkspaceDeclaration: Sendable, Hashable {
    package var name: String
    /// Where it is mounted: as declared, else `/workspace/NAME`.
    package var mountPath: String
    package var isReadOnly: Bool
    package var isOptional: Bool

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        let path = node["mountPath"]?.string ?? ""
        mountPath = path.isEmpty ? "/workspace/\(name)" : path
        isReadOnly = node["readOnly"]?.bool ?? false
        isOptional = node["optional"]?.bool ?? false
    }
}

/// What a run gives for a workspace.
package struct WorkspaceBinding: Sendable, Hashable {
    package var name: String
    package var subPath: String
    package var source: VolumeSource

    package init(name: String, subPath: String = "", source: VolumeSource) {
        self.name = name
        self.subPath = subPath
        self.source = source
    }

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        subPath = node["subPath"]?.string ?? ""
        source = VolumeSource(node)
    }
}

/// A workspace that a step or sidecar asks to have for itself.
package struct WorkspaceUsage: Sendable, Hashable {
    package var name: String
    package var mountPath: String

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        mountPath = node["mountPath"]?.string ?? ""
    }
}
