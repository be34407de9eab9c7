import Docker
import Foundation
import Git
import Glibc
import Pods
import Resolvers
import SystemPackage

/// Finds and measures what drydock keeps.
struct Storage {
    let directories: Directories
    private(set) var things: [KeptThing] = []
    /// Whether the sizes are lower bounds: something belongs to others.
    private(set) var isIncomplete = false

    /// Measures the files of this user's drydock.
    init(_ directories: Directories) {
        self.directories = directories
        var meter = DiskMeter()
        for folder in [directories.state, directories.data, directories.cache] {
            let parts = Self.parts(of: directories, in: folder).map { part in
                var part = part
                part.size = Self.path(of: part).map { meter.size(of: $0) } ?? 0
                return part
            }
            things += parts
            // What has been counted already counts nothing again.
            var whole = DiskMeter()
            let size = whole.size(of: folder)
            let rest = size - parts.reduce(0) { $0 + $1.size }
            things.append(KeptThing(group: .otherFiles, name: folder.string, size: max(0, rest)))
            isIncomplete = isIncomplete || whole.isIncomplete
        }
    }

    /// Adds what drydocks have on an engine, whoever's they are.
    mutating func add(_ docker: DockerClient) async throws {
        let use = try await docker.diskUse()
        let owned = use.containers.filter { $0.labels[Sweeper.ownerLabel] != nil }
        things += use.images.filter { $0.summary.labels[SandboxImages.label] != nil }.map { image in
            KeptThing(
                group: .sandboxImages,
                name: image.summary.repoTags.first ?? image.summary.id,
                size: image.summary.size,
                // A drydock that has containers may be about to make the next from this image.
                isInUse: image.containers > 0 || !owned.isEmpty,
                handle: .sandboxImage(id: image.summary.id, names: image.summary.repoTags)
            )
        }
        things += owned.map { container in
            KeptThing(
                group: .containers,
                name: container.names.first ?? container.id,
                size: container.size,
                isInUse: true
            )
        }
        things += use.volumes.filter { $0.labels[Sweeper.ownerLabel] != nil }.map { volume in
            KeptThing(group: .volumes, name: volume.name, size: max(0, volume.size), isInUse: true)
        }
    }

    func things(in group: KeptThing.Group) -> [KeptThing] { things.filter { $0.group == group } }

    // MARK: - Files

    private static func path(of thing: KeptThing) -> FilePath? {
        switch thing.handle {
        case .folder(let path), .runLog(_, let path): path
        case .claim(let claim): claim.directory
        case .program(let copy): copy.folder
        case .sandboxImage, .none: nil
        }
    }

    private static func parts(of directories: Directories, in folder: FilePath) -> [KeptThing] {
        switch folder {
        case directories.state: runLogs(in: folder) + pods(in: folder) + programs(in: folder)
        case directories.data: claims(in: folder)
        default:
            mirrors(in: directories.mirrors(isOffline: true).folder) + references(in: directories.references.folder)
        }
    }

    private static func runLogs(in state: FilePath) -> [KeptThing] {
        let folder = state.appending("runs")
        return names(in: folder).map { id in
            let path = folder.appending(id)
            return KeptThing(
                group: .runLogs,
                name: id,
                size: 0,
                lastUsed: modified(path.appending("events.jsonl")) ?? modified(path),
                isInUse: OwnerLock.isHeld(runID: id, stateDirectory: state),
                handle: .runLog(id: id, path)
            )
        }
    }

    private static func pods(in state: FilePath) -> [KeptThing] {
        let folder = state.appending("pods")
        return names(in: folder).map { id in
            KeptThing(
                group: .pods,
                name: id,
                size: 0,
                isInUse: OwnerLock.isHeld(runID: id, stateDirectory: state),
                handle: .folder(folder.appending(id))
            )
        }
    }

    private static func programs(in state: FilePath) -> [KeptThing] {
        EntrypointCopy.all(in: state).map {
            KeptThing(group: .programs, name: $0.digest, size: 0, isInUse: $0.isInUse, handle: .program($0))
        }
    }

    private static func claims(in data: FilePath) -> [KeptThing] {
        ClaimPlace.all(in: data).map { claim in
            KeptThing(
                group: .claims,
                name: "\(claim.namespace)/\(claim.name) of project \(claim.project)",
                size: 0,
                lastUsed: modified(claim.directory),
                isInUse: claim.isInUse,
                handle: .claim(claim)
            )
        }
    }

    private static func mirrors(in folder: FilePath) -> [KeptThing] {
        names(in: folder).compactMap { name in
            let path = folder.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
            // A clone reads this file, whether it fetches or not.
            let head = path.appending("HEAD")
            return KeptThing(
                group: .mirrors,
                name: name,
                size: 0,
                lastUsed: [read(head), modified(head), modified(path)].compactMap(\.self).max(),
                isInUse: Housekeeping.isMirrorInUse(path),
                handle: .folder(path)
            )
        }
    }

    /// What references led to: small documents, which go together.
    private static func references(in folder: FilePath) -> [KeptThing] {
        // Each that is fetched changes the folder of the entries.
        guard let lastUsed = modified(folder.appending("entries")) else { return [] }
        let name = folder.lastComponent?.string ?? ""
        return [KeptThing(group: .references, name: name, size: 0, lastUsed: lastUsed, handle: .folder(folder))]
    }

    private static func names(in folder: FilePath) -> [String] {
        // A folder that is not there holds nothing.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
    }

    private static func read(_ path: FilePath) -> Date? {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        return Date(timeIntervalSince1970: TimeInterval(status.st_atim.tv_sec))
    }

    private static func modified(_ path: FilePath) -> Date? {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        return Date(timeIntervalSince1970: TimeInterval(status.st_mtim.tv_sec))
    }
}
