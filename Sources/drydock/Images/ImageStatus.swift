import Docker
import Foundation
import Pods
import YAML

/// A needed image, and how it stands on the engine.
struct ImageStatus {
    var need: RunNeeds.Image
    /// Nil if the engine does not have it.
    var details: ImageDetails?
    /// What is wrong with its name.
    var problem: String?
    /// The processor and system of the engine, as `linux/amd64`.
    var enginePlatform: String

    var isHere: Bool { details != nil }
    var platform: String? {
        details.flatMap { $0.architecture.isEmpty ? nil : "\($0.os.isEmpty ? "linux" : $0.os)/\($0.architecture)" }
    }
    /// Whether it is made for another processor than the engine's.
    var isForeign: Bool { platform.map { $0 != enginePlatform } ?? false }

    /// Looks all images up, several at a time.
    static func all(of needs: RunNeeds, on docker: DockerClient) async throws -> [ImageStatus] {
        let version = try await docker.version()
        let platform = "\(version.os)/\(version.architecture)"
        return try await withThrowingTaskGroup(of: (Int, ImageStatus).self) { group in
            for (index, need) in needs.images.enumerated() {
                group.addTask { (index, try await status(of: need, on: docker, platform: platform)) }
            }
            var found: [Int: ImageStatus] = [:]
            for try await (index, status) in group { found[index] = status }
            return needs.images.indices.compactMap { found[$0] }
        }
    }

    private static func status(
        of need: RunNeeds.Image,
        on docker: DockerClient,
        platform: String
    ) async throws -> ImageStatus {
        var status = ImageStatus(need: need, details: nil, problem: nil, enginePlatform: platform)
        do throws(DockerError) {
            _ = try ImageReference(parsing: need.reference)
        } catch {
            status.problem = "\(error)"
            return status
        }
        status.details = try await docker.inspectImage(need.reference)
        return status
    }
}

extension ImageStatus {
    /// The image as `-o json` shows it.
    var object: YAMLNode {
        var node: YAMLNode = ["image": YAMLNode(need.reference), "here": YAMLNode(.bool(isHere))]
        if let details {
            node["id"] = YAMLNode(details.id)
            node["size"] = YAMLNode(.integer(Int(details.size)))
        }
        if let platform {
            node["platform"] = YAMLNode(platform)
            node["matchesEngine"] = YAMLNode(.bool(!isForeign))
        }
        if let problem { node["problem"] = YAMLNode(problem) }
        node["usedBy"] = YAMLNode(
            need.users.map { user in
                var object: YAMLNode = ["run": YAMLNode(user.run)]
                if !user.task.isEmpty { object["task"] = YAMLNode(user.task) }
                object[user.image.role == .sidecar ? "sidecar" : "step"] = YAMLNode(user.image.container)
                return object
            }
        )
        return node
    }
}
