import Foundation
import Pods
import SystemPackage
import YAML

/// One thing that drydock keeps on this machine or on the engine.
struct KeptThing {
    enum Group: String, CaseIterable {
        case runLogs, claims, mirrors, references, pods, programs, otherFiles, sandboxImages, containers, volumes

        var title: String {
            switch self {
            case .runLogs: "Run logs"
            case .claims: "Claims"
            case .mirrors: "Clone mirrors"
            case .references: "Fetched references"
            case .pods: "Files of runs under way"
            case .programs: "Copies of the entrypoint"
            case .otherFiles: "Other files"
            case .sandboxImages: "Sandbox images"
            case .containers: "Containers"
            case .volumes: "Volumes"
            }
        }

        /// In a sentence, behind a number.
        func noun(_ count: Int) -> String {
            let (one, many) =
                switch self {
                case .runLogs: ("run log", "run logs")
                case .claims: ("claim", "claims")
                case .mirrors: ("clone mirror", "clone mirrors")
                case .references: ("cache of references", "caches of references")
                case .pods: ("abandoned folder of a run", "abandoned folders of runs")
                case .programs: ("copy of the entrypoint", "copies of the entrypoint")
                case .otherFiles: ("other file", "other files")
                case .sandboxImages: ("sandbox image", "sandbox images")
                case .containers: ("container", "containers")
                case .volumes: ("volume", "volumes")
                }
            return "\(count) \(count == 1 ? one : many)"
        }
    }

    /// How it is removed.
    enum Handle {
        case folder(FilePath)
        case runLog(id: String, FilePath)
        case claim(ClaimPlace)
        case program(EntrypointCopy)
        case sandboxImage(id: String, names: [String])
        /// Not by name: a sweep does it, or nobody.
        case none
    }

    var group: Group
    var name: String
    var size: Int64
    var lastUsed: Date?
    var isInUse = false
    var handle = Handle.none

    /// The thing as `-o json` shows it.
    var object: YAMLNode {
        var node: YAMLNode = [
            "name": YAMLNode(name), "size": YAMLNode(.integer(Int(size))), "inUse": YAMLNode(.bool(isInUse)),
        ]
        if let lastUsed { node["lastUsed"] = YAMLNode(lastUsed.formatted(.iso8601)) }
        return node
    }
}
