import Foundation
package import SystemPackage

/// A registry of this machine, empty at its start, as long as it lives.
package final class RegistryServer: Sendable {
    /// Its name in the names of images, as `127.0.0.1:40123`.
    package let address: String
    private let program: ServerProgram

    private static let path: FilePath? = ["/usr/bin/docker-registry", "/usr/local/bin/docker-registry"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }.map { FilePath($0) }

    /// True where the tests must run, or can: under `DRYDOCK_REQUIRE=registry` a missing program fails them.
    package static let isWanted: Bool = {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE", default: ""].split(separator: ",")
        return required.contains("registry") || path != nil
    }()

    /// - Parameters:
    ///   - folder: Where it keeps its files.
    ///   - htpasswd: A line for each user who may come; nil lets everybody in.
    /// - Throws: If there is no registry program, or it does not start.
    package init(in folder: FilePath, htpasswd: String? = nil) throws {
        guard let path = Self.path else { throw Errno.noSuchFileOrDirectory }
        var authorization = ""
        if let htpasswd {
            let users = folder.appending("htpasswd")
            try htpasswd.write(toFile: users.string, atomically: true, encoding: .utf8)
            authorization = "\nauth: {htpasswd: {realm: test, path: \(users)}}"
        }
        (program, address) = try ServerProgram.onFreePort { port in
            let configuration = folder.appending("registry-\(port).yml")
            let text = """
                version: 0.1
                log: {level: info, formatter: json}
                storage: {filesystem: {rootdirectory: \(folder.appending("registry"))}}
                http: {addr: "127.0.0.1:\(port)"}\(authorization)
                """
            try text.write(toFile: configuration.string, atomically: true, encoding: .utf8)
            let program = try ServerProgram(path, ["serve", configuration.string], ready: "listening on 127.0.0.1")
            return (program, "127.0.0.1:\(port)")
        }
    }
}
