import Manifests
import YAML

/// The Secrets that tasks cannot do without and nobody gave.
struct MissingSecrets {
    let uses: [SecretUse]
    let manifests: ManifestSet

    private struct Missing {
        var name: String
        /// Nil where all keys are taken.
        var keys: [String]?
        /// Whether the Secret is there and lacks only keys.
        var isThere: Bool
        var uses: [SecretUse]
    }

    /// Tells all that is missing at once, with what to add to the command.
    func refuse() throws {
        let missing = all()
        guard !missing.isEmpty else { return }
        let count = missing.count == 1 ? "a secret is" : "\(missing.count) secrets are"
        var lines = ["\(count) missing; nothing was started"]
        for secret in missing { lines += text(of: secret) }
        lines.append(
            "a value comes from env:VARIABLE, file:PATH or prompt; --secrets-file FILE takes many, or a Secret document"
        )
        throw CommandFailure(.permission, lines.joined(separator: "\n"))
    }

    private func all() -> [Missing] {
        var missing: [Missing] = []
        for use in uses where use.isRequired {
            let secret = manifests.document(kind: "Secret", namespace: use.namespace, name: use.name)
            let present = secret.map { Set(KeyedData($0).entries.keys) }
            let lacking = use.keys?.filter { present?.contains($0) != true }
            if present != nil, lacking?.isEmpty != false { continue }
            if let index = missing.firstIndex(where: { $0.name == use.name }) {
                missing[index].uses.append(use)
                let known = missing[index].keys ?? []
                let all = known + (lacking ?? []).filter { !known.contains($0) }
                missing[index].keys = all.isEmpty ? nil : all
            } else {
                missing.append(Missing(name: use.name, keys: lacking, isThere: present != nil, uses: [use]))
            }
        }
        return missing
    }

    private func text(of missing: Missing) -> [String] {
        let keys = missing.keys.map { " (\($0.joined(separator: ", ")))" } ?? ""
        let what = missing.isThere ? "secret \(missing.name) lacks\(keys)" : "secret \(missing.name)\(keys)"
        var lines = ["  \(what), named by"]
        for use in missing.uses {
            lines.append("    \(use.user)" + (use.place.map { " (\($0.file):\($0.line))" } ?? ""))
        }
        let flags = missing.keys?.map { "--secret \(missing.name)/\($0)=env:\(variable(missing.name, $0))" }
        lines.append("    " + (flags?.joined(separator: " ") ?? "--secret \(missing.name)=file:DIRECTORY"))
        return lines
    }

    /// `REGISTRY_AUTH_PASSWORD` for `registry-auth` and `password`.
    private func variable(_ name: String, _ key: String) -> String {
        let words = "\(name)_\(key)".uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
        return (words.first?.isNumber == true ? "_" : "") + String(words)
    }
}
