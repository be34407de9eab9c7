import Manifests
import Planning

/// The Secrets and ConfigMaps that a run can see: those of its namespace.
struct KeyedValues: Sendable {
    enum Kind: String, Sendable {
        case secret = "Secret"
        case configMap = "ConfigMap"
    }

    var manifests: ManifestSet
    var namespace: String

    /// The values of an object by their keys.
    /// - Returns: Nil if the object is not there and may be absent.
    func values(of kind: Kind, _ name: String, isOptional: Bool) throws(Refusal) -> [String: [UInt8]]? {
        guard let document = manifests.document(kind: kind.rawValue, namespace: namespace, name: name) else {
            if isOptional { return nil }
            throw .configuration("\(kind.rawValue.lowercased()) \"\(name)\" not found")
        }
        return KeyedData(document).entries
    }

    /// One value of an object.
    /// - Returns: Nil if the object or the key is not there and may be absent.
    func value(of kind: Kind, _ name: String, key: String, isOptional: Bool) throws(Refusal) -> [UInt8]? {
        guard let values = try values(of: kind, name, isOptional: isOptional) else { return nil }
        if let value = values[key] { return value }
        if isOptional { return nil }
        throw .configuration("couldn't find key \(key) in \(kind.rawValue) \(namespace)/\(name)")
    }
}

extension Refusal {
    /// A container that cannot be made as its manifest says: Tekton's reason, Kubernetes' cause.
    static func configuration(_ cause: String) -> Refusal {
        Refusal(
            reason: "CreateContainerConfigError",
            message: "Failed to create pod due to config error: \(cause)"
        )
    }
}
