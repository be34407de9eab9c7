import Foundation
import Manifests
import Planning
import SystemPackage
import YAML

/// The credentials of a run's ServiceAccount, as the files that git, ssh and registry clients read in a home.
///
/// Secrets say with annotations (`tekton.dev/git-0`, `tekton.dev/docker-0`) what they are for; those that hold a
/// client's configuration of registries need none.
/// [Tekton: Authentication](https://tekton.dev/docs/pipelines/auth/)
struct RunCredentials: Sendable {
    /// Where steps find the files, whoever they run as.
    static let folder: FilePath = "/tekton/creds"
    private static let mode: UInt32 = 0o600

    /// The files, by their place in a home.
    private(set) var files: [VolumeFile] = []
    private var configuration = ""
    private var passwords = ""
    private var hosts = ""
    private var knownHosts = ""
    private var registries: YAMLNode = [:]

    /// - Parameters:
    ///   - taskRun: Whose account it is.
    ///   - manifests: What is known; a ServiceAccount that is not among it gives nothing.
    /// - Throws: Tekton's refusal of a run whose account names a Secret that is not there.
    init(of taskRun: TaskRunPlan, manifests: ManifestSet) throws(Refusal) {
        let name = taskRun.serviceAccountName.isEmpty ? "default" : taskRun.serviceAccountName
        let account = manifests.document(kind: "ServiceAccount", namespace: taskRun.namespace, name: name)
        let names = (account?.root["secrets"]?.elements ?? []).compactMap { $0["name"]?.string }
        for name in names {
            guard let secret = manifests.document(kind: "Secret", namespace: taskRun.namespace, name: name) else {
                throw .translation("secrets \"\(name)\" not found", of: taskRun)
            }
            add(secret)
        }
        add(".gitconfig", passwords.isEmpty ? "" : "[credential]\n\thelper = store\n" + configuration)
        add(".git-credentials", passwords)
        add(".ssh/config", hosts)
        add(".ssh/known_hosts", knownHosts)
        if registries.mapping?.entries.isEmpty == false {
            add(".docker/config.json", (["auths": registries] as YAMLNode).jsonText())
        }
    }

    private mutating func add(_ path: FilePath, _ text: String) {
        guard !text.isEmpty else { return }
        files.append(VolumeFile(path: path, bytes: Array(text.utf8), mode: Self.mode))
    }

    private mutating func add(_ secret: Document) {
        let data = KeyedData(secret)
        func text(_ key: String) -> String { data[key].map { String(decoding: $0, as: UTF8.self) } ?? "" }
        let repositories = Self.targets("tekton.dev/git-", of: secret)
        switch secret.root["type"]?.string {
        case "kubernetes.io/basic-auth":
            let (user, password) = (text("username"), text("password"))
            for url in repositories { addPassword(for: url, user, password) }
            for url in Self.targets("tekton.dev/docker-", of: secret) { addRegistry(url, user, password) }
        case "kubernetes.io/ssh-auth":
            for host in repositories {
                addKey(text("ssh-privatekey"), knownHosts: text("known_hosts"), name: secret.metadata.name, host: host)
            }
        case "kubernetes.io/dockerconfigjson": addRegistries(of: data[".dockerconfigjson"], key: "auths")
        case "kubernetes.io/dockercfg": addRegistries(of: data[".dockercfg"], key: nil)
        default: break
        }
    }

    /// The values of numbered annotations, in the order of their names.
    private static func targets(_ prefix: String, of secret: Document) -> [String] {
        secret.metadata.annotations.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map(\.value)
    }

    private mutating func addPassword(for url: String, _ user: String, _ password: String) {
        configuration += "[credential \"\(url)\"]\n\tusername = \(user)\n"
        let parts = url.split(separator: "://", maxSplits: 1)
        guard parts.count == 2 else { return }
        passwords += "\(parts[0])://\(Self.escaped(user)):\(Self.escaped(password))@\(parts[1])\n"
    }

    /// A part of a URL in which only unreserved characters stand for themselves.
    private static func escaped(_ text: String) -> String {
        let safe = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { byte in
            if safe.contains(byte) { return String(UnicodeScalar(byte)) }
            return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private mutating func addKey(_ key: String, knownHosts: String, name: String, host: String) {
        let path = FilePath(".ssh/id_\(name)")
        let parts = host.split(separator: ":", maxSplits: 1)
        let server = parts.first ?? ""
        hosts += "Host \(server)\n    HostName \(server)\n"
        if parts.count == 2 { hosts += "    Port \(parts[1])\n" }
        hosts += "    IdentityFile \(Self.folder.pushing(path))\n"
        if !knownHosts.isEmpty, !self.knownHosts.contains(knownHosts) {
            self.knownHosts += knownHosts.hasSuffix("\n") ? knownHosts : knownHosts + "\n"
        }
        guard !files.contains(where: { $0.path == path }) else { return }
        add(path, key.hasSuffix("\n") ? key : key + "\n")
    }

    private mutating func addRegistry(_ url: String, _ user: String, _ password: String) {
        registries[url] = [
            "username": YAMLNode(user), "password": YAMLNode(password),
            "auth": YAMLNode(Data("\(user):\(password)".utf8).base64EncodedString()),
        ]
    }

    /// Adds the entries of a configuration that is not overridden by what names its registry outright.
    private mutating func addRegistries(of bytes: [UInt8]?, key: String?) {
        // A Secret that holds no JSON gives nothing, as to the tools that would read it.
        guard let bytes, let node = try? JSONDecoder().decode(YAMLNode.self, from: Data(bytes)) else { return }
        for entry in (key.map { node[$0] ?? .null } ?? node).mapping?.entries ?? [] where registries[entry.key] == nil {
            registries[entry.key] = entry.value
        }
    }
}

extension Refusal {
    /// A TaskRun that Tekton cannot make a Pod of.
    fileprivate static func translation(_ cause: String, of taskRun: TaskRunPlan) -> Refusal {
        let guess =
            taskRun.taskName.isEmpty
            ? "invalid TaskSpec" : "missing or invalid Task \(taskRun.namespace)/\(taskRun.taskName)"
        return Refusal(
            reason: "PodCreationFailed",
            message: "failed to create task run pod \"\(taskRun.name)\": translating TaskSpec to Pod: \(cause). "
                + "Maybe \(guess)"
        )
    }
}
