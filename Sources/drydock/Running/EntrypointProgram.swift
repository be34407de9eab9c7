import Foundation
import SystemPackage

/// The static program that runs inside the containers: beside drydock, or where it is installed.
enum EntrypointProgram {
    static func find() throws -> FilePath {
        let executable = FilePath("/proc/self/exe")
        let target =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: executable.string)) ?? executable.string
        let folder = FilePath(target).removingLastComponent()
        let places = [
            folder.appending("drydock-entrypoint"),
            folder.appending("../libexec/drydock/drydock-entrypoint").lexicallyNormalized(),
        ]
        guard let found = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.string) }) else {
            throw CommandFailure(
                .internalError,
                "drydock-entrypoint is missing; it should be at \(places.map(\.string).joined(separator: " or ")). "
                    + "Install drydock again with scripts/install."
            )
        }
        return found
    }
}
