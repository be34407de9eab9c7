import Manifests

/// A value that a param names by a Secret and one of its keys.
enum SecretValue {
    /// In Tekton's words, which are the same whatever the value is for.
    struct Missing: Error {
        let text: String
    }

    static func find(
        name: String,
        key: String,
        namespace: String,
        in secrets: SecretLookup
    ) -> Result<[UInt8], Missing> {
        guard let secret = secrets(namespace, name) else {
            let text = "cannot get API token, secret \(name) not found in namespace \(namespace)"
            return .failure(Missing(text: text))
        }
        guard let value = secret[key] else {
            let text = "cannot get API token, key \(key) not found in secret \(name) in namespace \(namespace)"
            return .failure(Missing(text: text))
        }
        return .success(value)
    }
}
