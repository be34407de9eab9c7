package import Foundation
package import SystemPackage
private let unwritten = DockerError.unreachable(tried: [])
extension DockerClient {
    // System
    package func ping() async throws -> EnginePing { throw unwritten }
    package func version() async throws -> EngineVersion { throw unwritten }
    package func info() async throws -> EngineInfo { throw unwritten }
    package func events(types: [String] = [], labels: [String] = [], actions: [String] = []) async throws -> EngineEvents { throw unwritten }
    // Images
    package func inspectImage(_ name: String) async throws -> ImageDetails? { throw unwritten }
    package func pull(_ reference: String, platform: String? = nil, auth: RegistryAuth? = nil, progress: @Sendable (PullProgress) -> Void = { _ in }) async throws { throw unwritten }
    package func importImage(tar: [UInt8], reference: String, changes: [String] = []) async throws -> String { throw unwritten }
    package func tagImage(_ name: String, as reference: String) async throws { throw unwritten }
    package func listImages(labels: [String] = []) async throws -> [ImageSummary] { throw unwritten }
    package func removeImage(_ name: String, force: Bool = false) async throws { throw unwritten }
    // Containers
    package func createContainer(_ config: ContainerConfiguration, name: String? = nil, platform: String? = nil) async throws -> String { throw unwritten }
    package func startContainer(_ id: String) async throws { throw unwritten }
    package func stopContainer(_ id: String, timeout seconds: Int? = nil) async throws { throw unwritten }
    package func killContainer(_ id: String, signal: String = "SIGKILL") async throws { throw unwritten }
    package func waitContainer(_ id: String, condition: WaitCondition = .notRunning) async throws -> ContainerExit { throw unwritten }
    /// Like `waitContainer`, but returns as soon as the engine has taken note: with `.nextExit`, call it before the start.
    package func watchExit(of id: String, condition: WaitCondition = .nextExit) async throws -> PendingExit { throw unwritten }
    package func inspectContainer(_ id: String) async throws -> ContainerDetails? { throw unwritten }
    package func removeContainer(_ id: String, force: Bool = true, volumes: Bool = true) async throws { throw unwritten }
    /// `labels`: `name` or `name=value`, all must hold.
    package func listContainers(all: Bool = true, labels: [String] = []) async throws -> [ContainerSummary] { throw unwritten }
    /// Returns when the engine has attached: what is written after that is not lost. Call it before the start.
    package func attach(_ id: String) async throws -> LogFrames { throw unwritten }
    package func logs(_ id: String, follow: Bool = false, since: Date? = nil, tail: Int? = nil) async throws -> LogFrames { throw unwritten }
    package func putArchive(_ id: String, path: FilePath, tar: [UInt8]) async throws { throw unwritten }
    /// A tar of the file or directory; `nil` when there is none.
    package func getArchive(_ id: String, path: FilePath) async throws -> [UInt8]? { throw unwritten }
    package func exec(_ id: String, command: [String], user: String? = nil, env: [String] = [], workingDir: String? = nil, timeout: Duration? = nil) async throws -> ExecResult { throw unwritten }
    // Volumes and networks
    @discardableResult
    package func createVolume(name: String, labels: [String: String] = [:]) async throws -> VolumeSummary { throw unwritten }
    package func removeVolume(_ name: String, force: Bool = false) async throws { throw unwritten }
    package func listVolumes(labels: [String] = []) async throws -> [VolumeSummary] { throw unwritten }
    package func listNetworks(labels: [String] = []) async throws -> [NetworkSummary] { throw unwritten }
    package func createNetwork(name: String, labels: [String: String] = [:]) async throws -> String { throw unwritten }
    package func removeNetwork(_ id: String) async throws { throw unwritten }
}
