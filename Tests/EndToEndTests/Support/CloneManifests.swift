import Foundation
import SystemPackage
import TestSupport

/// Manifests around a repository, in forms that many tests need.
enum CloneManifests {
    /// The sample's Task that clones.
    static func task() throws -> String {
        let sample = Program.packageFolder.appending(path: "samples/course/git-clone.yaml")
        return try String(contentsOf: sample, encoding: .utf8)
    }

    /// A Secret with files, as a `.ssh` folder.
    static func secret(_ name: String, _ files: [String: String]) throws -> String {
        let manifest: [String: Any] = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": name], "stringData": files,
        ]
        // What is JSON is YAML too.
        return String(decoding: try JSONSerialization.data(withJSONObject: manifest), as: UTF8.self)
    }

    /// The private key that a server lets in.
    static func key(for server: SSHServer) throws -> String {
        try String(contentsOfFile: server.clientKey.string, encoding: .utf8)
    }
}
