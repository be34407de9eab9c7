import Glibc
import Pods
import SystemPackage

/// The static program that runs inside the containers: beside drydock, or where it is installed.
enum EntrypointProgram {
    static func find() throws -> FilePath {
        let executable: FilePath = "/proc/self/exe"
        let folder = (HostFiles.resolved(executable) ?? executable).removingLastComponent()
        let places = [
            folder.appending("drydock-entrypoint"),
            folder.appending("../libexec/drydock/drydock-entrypoint").lexicallyNormalized(),
        ]
        guard let found = places.first(where: { access($0.string, X_OK) == 0 }) else {
            throw CommandFailure(
                .internalError,
                "drydock-entrypoint is missing; it should be at \(places.map(\.string).joined(separator: " or ")). "
                    + "Install drydock again with scripts/install."
            )
        }
        return found
    }
}
