import Foundation
import Git
import Manifests
import Planning
import Pods
import Runs
import SystemPackage
import YAML

/// The manifests with the Secrets from outside among them, and what is to be told of all that the runs need.
struct GatheredSecrets {
    var manifests: ManifestSet
    var masker: Masker
    /// Lines of the preface: which Secrets the runs use and where each comes from.
    var needs: [String]
}

/// Brings the Secrets that are given from outside among the manifests, and stops where one is missing.
struct SecretGathering {
    let context: Context
    let inputs: RunInputs
    let runs: [Document]
    /// The user's repository, if clones of it are fed from here: those need no Secret for their remote.
    let source: WorkingTree?

    /// Where keys of a Secret come from, by its namespace and name; those of a manifest are not among them.
    private typealias Origins = [ObjectKey: [(key: String, origin: String)]]

    private struct ObjectKey: Hashable, Comparable {
        var namespace: String
        var name: String

        static func < (left: ObjectKey, right: ObjectKey) -> Bool {
            (left.name, left.namespace) < (right.name, right.namespace)
        }
    }

    func gather(in manifests: ManifestSet) async throws -> GatheredSecrets {
        let arguments = try inputs.secrets.map { argument throws -> SecretArgument in
            do {
                return try SecretArgument(parsing: argument)
            } catch {
                throw CommandFailure(.usage, "\(error)")
            }
        }
        // What is replaced by a value from outside stays hidden as well.
        var values = SecretValues.all(in: manifests)
        context.secretMask.set(Masker(secrets: values))
        let uses = SecretUses.of(runs, in: manifests, except: isFed)
        var all = manifests
        var origins: Origins = [:]
        for file in inputs.secretsFiles { try add(file: file, uses: uses, to: &all, &origins) }
        for argument in arguments {
            let keys = try await SecretReader(context: context).entries(
                for: argument,
                keys: Self.keys(of: argument.name, in: uses)
            )
            let given = keys.mapValues { ($0, argument.source.description) }
            put(given, name: argument.name, uses: uses, in: &all, &origins)
        }
        values += SecretValues.all(in: all)
        let masker = Masker(secrets: values)
        context.secretMask.set(masker)
        try MissingSecrets(uses: uses, manifests: all).refuse()
        return GatheredSecrets(manifests: all, masker: masker, needs: needs(uses, in: all, origins))
    }

    private func isFed(_ plan: TaskRunPlan) -> Bool {
        guard let source, case .carriedOut(let request) = CloneTask.recognise(plan) else { return false }
        return source.feeds(request.url)
    }

    /// The keys that uses of a Secret name, nil where none does or one takes all.
    private static func keys(of name: String, in uses: [SecretUse]) -> [String]? {
        let lists = uses.filter { $0.name == name }.map(\.keys)
        let named = Set(lists.compactMap { $0 }.joined())
        return named.isEmpty || lists.contains { $0 == nil } && named.count > 1 ? nil : named.sorted()
    }

    // MARK: - Files of secrets

    private func add(file: String, uses: [SecretUse], to manifests: inout ManifestSet, _ origins: inout Origins) throws
    {
        let text = String(decoding: try bytes(of: file), as: UTF8.self)
        guard !SecretsFile.isYAML(text) else { return try add(yaml: text, file: file, uses, to: &manifests, &origins) }
        let entries: [SecretsFile.Entry]
        do {
            entries = try SecretsFile(parsing: text).entries
        } catch {
            throw CommandFailure(.invalidManifest, "secrets file \(file), \(error.description)")
        }
        for entry in entries {
            let keys = Self.keys(of: entry.name, in: uses)
            guard let key = entry.key ?? (keys?.count == 1 ? keys?.first : nil) else {
                throw CommandFailure(
                    .invalidManifest,
                    "secrets file \(file), line \(entry.line): nothing tells the key of secret '\(entry.name)'; "
                        + "write \(entry.name)/KEY=…"
                )
            }
            let given = [key: (Array(entry.value.utf8), "\(file):\(entry.line)")]
            put(given, name: entry.name, uses: uses, in: &manifests, &origins)
        }
    }

    private func bytes(of path: String) throws -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            return try file.closeAfter { try file.bytes() }
        } catch Errno.noSuchFileOrDirectory {
            throw CommandFailure(.noInput, "there is no secrets file \(path)")
        } catch {
            throw CommandFailure(.permission, "cannot read secrets file \(path): \(error)")
        }
    }

    /// Secrets as documents, which can have a type and annotations as a ServiceAccount's need.
    private func add(
        yaml: String,
        file: String,
        _ uses: [SecretUse],
        to manifests: inout ManifestSet,
        _ origins: inout Origins
    ) throws {
        var loader = ManifestLoader(defaultNamespace: inputs.namespace)
        let diagnostics = loader.load(text: yaml, file: file)
        for diagnostic in diagnostics { context.say(DiagnosticText.text(of: diagnostic)) }
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw CommandFailure(.invalidManifest, "secrets file \(file) cannot be read; nothing was started")
        }
        if let other = loader.set.documents.first(where: { $0.kind != "Secret" }) {
            throw CommandFailure(
                .invalidManifest,
                "secrets file \(file) holds a \(other.kind), and only Secrets are read from it; give manifests with -f"
            )
        }
        for secret in loader.set.documents {
            let data = KeyedData(secret)
            if let key = data.unreadableKeys.first {
                throw CommandFailure(
                    .invalidManifest,
                    "secrets file \(file): key '\(key)' of Secret '\(secret.metadata.name)' is not base64; "
                        + "put plain text under stringData"
                )
            }
            let isPlaced = secret.root[path: "metadata", "namespace"] != nil
            let name = secret.metadata.name
            let namespaces = isPlaced ? [secret.metadata.namespace] : namespaces(of: name, uses)
            for namespace in namespaces {
                var placed = secret
                placed.metadata.namespace = namespace
                manifests.replace(with: placed)
                origins[ObjectKey(namespace: namespace, name: name)] =
                    data.entries.keys.sorted().map { ($0, secret.place.map { "\($0.file):\($0.line)" } ?? file) }
            }
        }
    }

    // MARK: - Secrets of single values

    /// Adds keys to a Secret, or makes it; what else it holds stays.
    private func put(
        _ given: [String: (value: [UInt8], origin: String)],
        name: String,
        uses: [SecretUse],
        in manifests: inout ManifestSet,
        _ origins: inout Origins
    ) {
        for namespace in namespaces(of: name, uses) {
            let earlier = manifests.document(kind: "Secret", namespace: namespace, name: name)
            var data = earlier.map { KeyedData($0).entries } ?? [:]
            data.merge(given.mapValues(\.value)) { $1 }
            var root: YAMLNode =
                earlier?.root ?? ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": YAMLNode(name)]]
            root["stringData"] = nil
            root["data"] = YAMLNode(data.mapValues { Base64.encode($0) })
            var secret = Document(root)
            secret.metadata.namespace = namespace
            manifests.replace(with: secret)
            let keys = given.sorted { $0.key < $1.key }.map { ($0.key, $0.value.origin) }
            let key = ObjectKey(namespace: namespace, name: name)
            origins[key] = (origins[key] ?? []).filter { given[$0.key] == nil } + keys
        }
    }

    /// Where a Secret without a namespace is looked for: where it is named, else where anything runs.
    private func namespaces(of name: String, _ uses: [SecretUse]) -> [String] {
        let naming = Set(uses.filter { $0.name == name }.map(\.namespace))
        guard naming.isEmpty else { return naming.sorted() }
        return Set(runs.map { $0.metadata.namespace.isEmpty ? inputs.namespace : $0.metadata.namespace }).sorted()
    }

    // MARK: - What is told

    private func needs(_ uses: [SecretUse], in manifests: ManifestSet, _ origins: Origins) -> [String] {
        let used = Set(uses.map { ObjectKey(namespace: $0.namespace, name: $0.name) })
        var lines: [String] = []
        for object in used.union(origins.keys).sorted() {
            guard let secret = manifests.document(kind: "Secret", namespace: object.namespace, name: object.name) else {
                let users = uses.filter { $0.name == object.name && $0.namespace == object.namespace }.map(\.user)
                lines.append(
                    "secret \(object.name): missing; should it run, this fails: \(users.joined(separator: "; "))"
                )
                continue
            }
            let data = KeyedData(secret)
            let given = origins[object] ?? []
            let manifest = data.entries.count > given.count ? secret.place.map { "\($0.file):\($0.line)" } : nil
            var sources: [String] = []
            for origin in given.map(\.origin) + [manifest].compactMap({ $0 }) where !sources.contains(origin) {
                sources.append(origin)
            }
            let keys = data.entries.keys.sorted().joined(separator: ", ")
            lines.append("secret \(object.name) (\(keys)): from \(sources.joined(separator: ", "))")
            let short = data.entries.filter { Masker.isTooShort($0.value) }.keys.sorted()
            guard !short.isEmpty else { continue }
            lines.append(
                "secret \(object.name): \(short.joined(separator: ", ")) has fewer than \(Masker.minimumLength) "
                    + "characters and is not hidden where it is printed"
            )
        }
        return lines
    }
}
