import Manifests

/// The values that must never be shown.
enum SecretValues {
    static func all(in manifests: ManifestSet) -> [[UInt8]] {
        manifests.all(kind: "Secret").flatMap { KeyedData($0).entries.values }
    }
}
