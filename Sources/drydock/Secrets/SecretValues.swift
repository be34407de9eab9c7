import Manifests

/// The values that must never be shown.
enum SecretValues {
    /// The values of all Secrets, and what clients make of a name and a password.
    static func all(in manifests: ManifestSet) -> [[UInt8]] {
        manifests.all(kind: "Secret").flatMap { secret -> [[UInt8]] in
            let data = KeyedData(secret)
            guard let user = data["username"], let password = data["password"] else {
                return Array(data.entries.values)
            }
            return Array(data.entries.values) + [user + [UInt8(ascii: ":")] + password]
        }
    }
}
