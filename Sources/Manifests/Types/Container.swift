package import YAML

/// What a step and a sidecar have in common: the part of them that is a container.
package struct Container: Sendable, Hashable {
    package var name: String
    package var image: String
    /// `Always`, `IfNotPresent`, `Never`, or empty.
    package var imagePullPolicy: String
    /// Nil means the image's own entrypoint.
    package var command: [String]?
    package var args: [String]
    package var script: String
    package var workingDir: String
    package var env: [EnvironmentVariable]
    package var envFrom: [EnvironmentSource]
    package var volumeMounts: [VolumeMount]
    package var securityContext: SecurityContext
    package var resources: Resources
    /// Workspaces asked for by this container alone.
    package var workspaces: [WorkspaceUsage]
    package var place: SourcePlace?

    package init(_ node: YAMLNode) {
        place = node.place
        name = node["name"]?.string ?? ""
        image = node["image"]?.string ?? ""
        imagePullPolicy = node["imagePullPolicy"]?.string ?? ""
        let command = node["command"]?.strings ?? []
        self.command = command.isEmpty ? nil : command
        args = node["args"]?.strings ?? []
        script = node["script"]?.string ?? ""
        workingDir = node["workingDir"]?.string ?? ""
        env = (node["env"]?.elements ?? []).map { EnvironmentVariable($0) }
        envFrom = (node["envFrom"]?.elements ?? []).map { EnvironmentSource($0) }
        volumeMounts = (node["volumeMounts"]?.elements ?? []).map { VolumeMount($0) }
        securityContext = SecurityContext(node["securityContext"] ?? .null)
        resources = Resources(node["computeResources"] ?? node["resources"] ?? .null)
        workspaces = (node["workspaces"]?.elements ?? []).map { WorkspaceUsage($0) }
    }
}

extension Container {
    /// The script as the file that is run: without a first line that names an interpreter, one for the shell is added.
    ///
    /// [Tekton: Running scripts within Steps](https://tekton.dev/docs/pipelines/tasks/#running-scripts-within-steps)
    package var scriptFile: String {
        let firstText = script.drop { $0.isWhitespace }
        return firstText.hasPrefix("#!") ? script : "#!/bin/sh\nset -e\n" + script
    }
}

package struct EnvironmentVariable: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case literal(String)
        case secretKey(name: String, key: String, isOptional: Bool)
        case configMapKey(name: String, key: String, isOptional: Bool)
        case field(path: String)
        case resourceField(resource: String, divisor: String)
    }

    package var name: String
    package var value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        let from = node["valueFrom"]
        if let key = from?["secretKeyRef"] {
            value = .secretKey(
                name: key["name"]?.string ?? "",
                key: key["key"]?.string ?? "",
                isOptional: key["optional"]?.bool ?? false
            )
        } else if let key = from?["configMapKeyRef"] {
            value = .configMapKey(
                name: key["name"]?.string ?? "",
                key: key["key"]?.string ?? "",
                isOptional: key["optional"]?.bool ?? false
            )
        } else if let field = from?["fieldRef"] {
            value = .field(path: field["fieldPath"]?.string ?? "")
        } else if let field = from?["resourceFieldRef"] {
            value = .resourceField(resource: field["resource"]?.string ?? "", divisor: field["divisor"]?.string ?? "1")
        } else {
            value = .literal(node["value"]?.string ?? "")
        }
    }
}

/// An entry of `envFrom`: all keys of a Secret or ConfigMap become variables.
package struct EnvironmentSource: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case secret, configMap }

    package var prefix: String
    package var kind: Kind
    package var name: String
    package var isOptional: Bool

    package init(_ node: YAMLNode) {
        prefix = node["prefix"]?.string ?? ""
        kind = node["secretRef"] == nil ? .configMap : .secret
        let reference = node["secretRef"] ?? node["configMapRef"]
        name = reference?["name"]?.string ?? ""
        isOptional = reference?["optional"]?.bool ?? false
    }
}

package struct VolumeMount: Sendable, Hashable {
    package var name: String
    package var mountPath: String
    package var subPath: String
    package var isReadOnly: Bool

    package init(name: String, mountPath: String, subPath: String = "", isReadOnly: Bool = false) {
        self.name = name
        self.mountPath = mountPath
        self.subPath = subPath
        self.isReadOnly = isReadOnly
    }

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        mountPath = node["mountPath"]?.string ?? ""
        subPath = node["subPath"]?.string ?? ""
        isReadOnly = node["readOnly"]?.bool ?? false
    }
}

/// The part of a container's security context that a container engine can honour.
package struct SecurityContext: Sendable, Hashable {
    package var runAsUser: Int?
    package var runAsGroup: Int?
    package var runAsNonRoot: Bool?
    package var isPrivileged: Bool
    package var isRootReadOnly: Bool
    package var allowPrivilegeEscalation: Bool?
    package var addedCapabilities: [String]
    package var droppedCapabilities: [String]
    /// `RuntimeDefault`, `Unconfined`, `Localhost`, or empty.
    package var seccompProfile: String

    package init(_ node: YAMLNode) {
        runAsUser = node["runAsUser"]?.integer
        runAsGroup = node["runAsGroup"]?.integer
        runAsNonRoot = node["runAsNonRoot"]?.bool
        isPrivileged = node["privileged"]?.bool ?? false
        isRootReadOnly = node["readOnlyRootFilesystem"]?.bool ?? false
        allowPrivilegeEscalation = node["allowPrivilegeEscalation"]?.bool
        addedCapabilities = node[path: "capabilities", "add"]?.strings ?? []
        droppedCapabilities = node[path: "capabilities", "drop"]?.strings ?? []
        seccompProfile = node[path: "seccompProfile", "type"]?.string ?? ""
    }
}

/// Requests and limits by resource name, quantities as written (`500m`, `1Gi`).
package struct Resources: Sendable, Hashable {
    package var requests: [String: String]
    package var limits: [String: String]

    package init(_ node: YAMLNode) {
        requests = Self.quantities(node["requests"])
        limits = Self.quantities(node["limits"])
    }

    private static func quantities(_ node: YAMLNode?) -> [String: String] {
        let pairs = (node?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? $0.value.jsonText()) }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }
}
