import Foundation
import Git
import Resolvers
import SystemPackage
import YAML

/// What `drydock df` prints.
struct StorageText {
    private static let longestList = 10

    let storage: Storage

    private var total: Int64 { storage.things.reduce(0) { $0 + $1.size } }

    private static func size(of things: [KeptThing]) -> Int64 { things.reduce(0) { $0 + $1.size } }

    var table: String {
        var table = TextTable(columns: [("WHAT", .left), ("SIZE", .right), ("ABOUT", .left)])
        for group in KeptThing.Group.allCases {
            let things = storage.things(in: group)
            let title = group == .otherFiles ? group.title : "\(group.title) (\(things.count))"
            table.rows.append([title, byteText(Self.size(of: things)), place(of: group)])
            guard group != .otherFiles else { continue }
            let sorted = things.sorted { $0.size > $1.size }
            for thing in sorted.prefix(Self.longestList) {
                table.rows.append(["  \(thing.name)", byteText(thing.size), about(thing)])
            }
            let rest = sorted.dropFirst(Self.longestList)
            guard !rest.isEmpty else { continue }
            table.rows.append(["  and \(rest.count) more", byteText(Self.size(of: Array(rest))), ""])
        }
        table.rows.append(["Total", byteText(total), storage.isIncomplete ? "at least: some of it cannot be read" : ""])
        return table.text
    }

    private func place(of group: KeptThing.Group) -> String {
        let directories = storage.directories
        return switch group {
        case .runLogs: directories.state.appending("runs").string
        case .claims: directories.data.appending("claims").string
        case .mirrors: directories.mirrors(isOffline: true).folder.string
        case .references: directories.references.folder.string
        case .pods: directories.state.appending("pods").string
        case .programs: directories.state.appending("bin").string
        case .otherFiles: "locks and what else is in the three folders"
        case .sandboxImages, .containers, .volumes: "on the engine"
        }
    }

    private func about(_ thing: KeptThing) -> String {
        let used = thing.lastUsed.map { "last changed \($0.formatted(.iso8601.year().month().day()))" }
        return [used, thing.isInUse ? "in use" : nil].compactMap(\.self).joined(separator: ", ")
    }

    var json: String {
        let groups = KeptThing.Group.allCases.map { group -> YAMLNode in
            let things = storage.things(in: group)
            return [
                "name": YAMLNode(group.rawValue),
                "size": YAMLNode(.integer(Int(Self.size(of: things)))),
                "items": YAMLNode(things.map(\.object)),
            ]
        }
        let node: YAMLNode = [
            "total": YAMLNode(.integer(Int(total))),
            "isComplete": YAMLNode(.bool(!storage.isIncomplete)),
            "groups": YAMLNode(groups),
        ]
        return node.jsonText(pretty: true) + "\n"
    }
}
