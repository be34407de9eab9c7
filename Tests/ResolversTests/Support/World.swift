import Docker
import Foundation
import Git
import Manifests
import Resolvers
import Synchronization
import SystemPackage
import YAML

/// What a resolution finds around it, in a folder of its own that goes with it.
final class World: Sendable {
    let folder: FilePath
    private let clock = Mutex(Date(timeIntervalSince1970: 1_700_000_000))
    let secrets = Mutex<[String: KeyedData]>([:])

    init() throws {
        folder = FilePath(NSTemporaryDirectory()).appending("drydock-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    var cache: ReferenceCache { ReferenceCache(folder: folder.appending("refs")) }

    /// Lets time pass.
    func wait(_ seconds: TimeInterval) { clock.withLock { $0 += seconds } }

    /// A Secret of the namespace `default`.
    func addSecret(_ name: String, _ values: [String: String]) {
        let root: YAMLNode = ["apiVersion": "v1", "kind": "Secret", "stringData": YAMLNode(values)]
        secrets.withLock { $0["default/\(name)"] = KeyedData(Document(root)) }
    }

    func resolution(
        isOffline: Bool = false,
        lock: Lockfile? = nil,
        environment: [String: String] = [:],
        credentials: @escaping @Sendable (String) -> RegistryAuth? = { _ in nil }
    ) -> ReferenceResolution {
        let surroundings = ReferenceResolution.Surroundings(
            web: WebAccess(),
            git: RemoteAccess(),
            mirrors: MirrorCache(folder: folder.appending("git")),
            cache: cache,
            hubs: HubAddresses(environment: environment),
            credentials: credentials,
            secret: { [self] namespace, name in secrets.withLock { $0["\(namespace)/\(name)"] } },
            now: { [self] in clock.withLock { $0 } }
        )
        return ReferenceResolution(surroundings, isOffline: isOffline, lock: lock)
    }
}

/// A reference with params of text, in the namespace `default`.
func reference(_ resolver: String, _ params: KeyValuePairs<String, String>) -> ResolverReference {
    ResolverReference(
        resolver: resolver,
        params: params.map { Param(name: $0.key, value: .string($0.value)) },
        namespace: "default"
    )
}

/// A Task that says which it is.
func task(_ name: String, prints text: String = "hello") -> String {
    """
    apiVersion: tekton.dev/v1
    kind: Task
    metadata: {name: \(name)}
    spec:
      steps: [{name: s, image: busybox, script: "echo \(text)"}]

    """
}

extension ResolvedResource {
    var text: String { String(decoding: data, as: UTF8.self) }
}

/// What keeps a reference from being resolved; nil if nothing does, or if it is nothing that a resolver says.
func problem(with reference: ResolverReference, _ resolution: ReferenceResolution) async throws -> ResolverError? {
    do {
        _ = try await resolution.bring(reference)
        return nil
    } catch let error as ResolverError {
        return error
    }
}
