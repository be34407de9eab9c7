import Foundation
import Glibc
import Testing

/// What this user may not do.
struct MisusePermissionTests {
    /// An ordinary user, as who the superuser can act.
    static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot, "only root can be somebody else"), arguments: ["file", "workspace", "socket"])
    func `what an ordinary user may not touch is told with 77`(_ what: String) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(what == "workspace" ? Misuse.definitions : Misuse.taskRun, to: "m.yaml")
            let socket = try BannerServer(at: scratch.appending(path: "s").path)
            defer { socket.stop() }
            for path in [program.directory.path, program.home.path, scratch.path] { chmod(path, 0o755) }
            var arguments = ["run", "-f", "m.yaml"]
            var says = "\(socket.path) (from DOCKER_HOST): permission denied; join the group"
            switch what {
            case "file":
                chmod(program.directory.appending(path: "m.yaml").path, 0o600)
                says = "cannot read m.yaml: Permission denied"
            case "workspace":
                try FileManager.default.createDirectory(
                    at: program.directory.appending(path: "d"),
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700]
                )
                arguments += ["pipeline/p", "-p", "who=x", "-w", "name=w,path=d"]
                says = "workspace directory 'd' cannot be read by this user"
            case "socket": chmod(socket.path, 0o600)
            default: return
            }
            let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\""
            let executable = try program.copyOfExecutable(in: scratch)
            let ended = try await program.shell(
                script,
                [executable] + arguments,
                environment: ["DOCKER_HOST": "unix://\(socket.path)"]
            )
            #expect(ended.status == 77, "\(ended.errors)")
            #expect(ended.errors.contains(says), "\(ended.errors)")
        }
    }
}
