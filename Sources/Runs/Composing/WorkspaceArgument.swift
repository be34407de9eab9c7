package import Manifests
package import YAML

/// A workspace as it is given on the command line, in the syntax of `tkn pipeline start`.
///
/// `name=NAME` and one of `emptyDir=`, `claimName=C`, `config=M`, `secret=S`, `volumeClaimTemplateFile=F`,
/// or drydock's own `path=DIR[,ro|,rw]`; and `subPath=P`, `item=KEY=PATH` where they make sense.
package struct WorkspaceArgument: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case emptyDir(medium: String)
        case claim(String)
        case configMap(String, items: [String: String])
        case secret(String, items: [String: String])
        /// A file that holds a PersistentVolumeClaim.
        case claimTemplate(file: String)
        case directory(path: String, VolumeSource.DirectoryAccess)
    }

    package var name: String
    package var subPath: String
    package var source: Source

    package init(parsing argument: String) throws(ArgumentError) {
        var fields: [String: String] = [:]
        var items: [String: String] = [:]
        var access: VolumeSource.DirectoryAccess = .copy
        for piece in argument.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count) {
            case ("ro", 1): access = .readOnly
            case ("rw", 1): access = .readWrite
            case ("item", 2):
                let item = parts[1].split(separator: "=", maxSplits: 1).map(String.init)
                guard item.count == 2 else {
                    throw ArgumentError("'\(piece)' in workspace '\(argument)': expected item=key=path")
                }
                items[item[0]] = item[1]
            case (let key, 2) where Self.keys.contains(key): fields[key] = parts[1]
            default:
                throw ArgumentError(
                    "'\(piece)' in workspace '\(argument)' is not known: expected name=NAME and one of emptyDir=, "
                        + "claimName=, config=, secret=, volumeClaimTemplateFile=, path=DIR[,ro|,rw]"
                )
            }
        }
        guard let name = fields["name"], !name.isEmpty else {
            throw ArgumentError("workspace '\(argument)' has no name: expected name=NAME,…")
        }
        self.name = name
        subPath = fields["subPath"] ?? ""
        source = try Self.source(of: argument, fields: fields, items: items, access: access)
    }

    private static let keys: Set<String> = [
        "name", "subPath", "emptyDir", "claimName", "config", "secret", "volumeClaimTemplateFile", "path",
    ]

    private static func source(
        of argument: String,
        fields: [String: String],
        items: [String: String],
        access: VolumeSource.DirectoryAccess
    ) throws(ArgumentError) -> Source {
        var sources: [Source] = []
        if let medium = fields["emptyDir"] { sources.append(.emptyDir(medium: medium)) }
        if let claim = fields["claimName"] { sources.append(.claim(claim)) }
        if let map = fields["config"] { sources.append(.configMap(map, items: items)) }
        if let secret = fields["secret"] { sources.append(.secret(secret, items: items)) }
        if let file = fields["volumeClaimTemplateFile"] { sources.append(.claimTemplate(file: file)) }
        if let path = fields["path"] { sources.append(.directory(path: path, access)) }
        guard sources.count == 1 else {
            throw ArgumentError(
                "workspace '\(argument)' names \(sources.isEmpty ? "no" : "more than one") source: expected one of "
                    + "emptyDir=, claimName=, config=, secret=, volumeClaimTemplateFile=, path=DIR"
            )
        }
        return sources[0]
    }

    /// The binding as a run's `spec.workspaces` holds it.
    /// - Parameter claimTemplate: What the file of a claim template holds.
    /// - Returns: The binding.
    package func binding(claimTemplate: YAMLNode? = nil) -> YAMLNode {
        var node: YAMLNode = ["name": YAMLNode(name)]
        if !subPath.isEmpty { node["subPath"] = YAMLNode(subPath) }
        switch source {
        case .emptyDir(let medium): node["emptyDir"] = medium.isEmpty ? [:] : ["medium": YAMLNode(medium)]
        case .claim(let claim): node["persistentVolumeClaim"] = ["claimName": YAMLNode(claim)]
        case .configMap(let map, let items):
            node["configMap"] = Self.selection("name", map, items)
        case .secret(let secret, let items):
            node["secret"] = Self.selection("secretName", secret, items)
        case .claimTemplate: node["volumeClaimTemplate"] = claimTemplate ?? [:]
        case .directory(let path, let access):
            node["directory"] = ["path": YAMLNode(path), "access": YAMLNode(access.rawValue)]
        }
        return node
    }

    private static func selection(_ key: String, _ name: String, _ items: [String: String]) -> YAMLNode {
        var node: YAMLNode = [:]
        node[key] = YAMLNode(name)
        if !items.isEmpty {
            node["items"] = YAMLNode(
                items.sorted { $0.key < $1.key }.map { ["key": YAMLNode($0.key), "path": YAMLNode($0.value)] }
            )
        }
        return node
    }
}
