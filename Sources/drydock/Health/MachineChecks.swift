import Foundation
import Glibc
import SystemPackage

/// What `drydock doctor` looks at on this machine, with or without an engine.
struct MachineChecks {
    let context: Context

    func findings() -> [Finding] { folders() + [ssh()] + proxies() }

    // MARK: - Folders

    private func folders() -> [Finding] {
        let directories = context.directories
        return [
            ("State folder", directories.state, true), ("Data folder", directories.data, true),
            ("Cache folder", directories.cache, false),
        ].flatMap { (topic, folder, isNeeded) -> [Finding] in
            if let cause = Self.writingFails(in: folder) {
                let text = "\(folder) cannot be written: \(cause)"
                let fix = "make it writable for this user, or choose another with \(Self.variable(for: topic))"
                return [isNeeded ? .problem(topic, text, fix: fix) : .warning(topic, text, fix: fix)]
            }
            return [DiskCheck(topic: topic, folder: folder, needed: 512 << 20).finding].compactMap(\.self)
        }
    }

    private static func variable(for topic: String) -> String {
        switch topic {
        case "State folder": "XDG_STATE_HOME"
        case "Data folder": "XDG_DATA_HOME"
        default: "XDG_CACHE_HOME"
        }
    }

    /// Why no file can be made in a folder, or in the one above it where it would be made.
    private static func writingFails(in folder: FilePath) -> Errno? {
        let nearest = nearestFolder(above: folder)
        let path = nearest.appending(".drydock-\(getpid())")
        let descriptor = open(path.string, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return Errno(rawValue: errno) }
        close(descriptor)
        unlink(path.string)
        return nil
    }

    /// A path itself if something is there, else what is there above it.
    static func nearestFolder(above path: FilePath) -> FilePath {
        var path = path
        while !FileManager.default.fileExists(atPath: path.string), !path.components.isEmpty {
            path.removeLastComponent()
        }
        return path
    }

    // MARK: - Programs and settings

    private func ssh() -> Finding {
        let places = context.environment["PATH", default: ""].split(separator: ":").map { FilePath(String($0)) }
        let found = places.map { $0.appending("ssh") }.first {
            FileManager.default.isExecutableFile(atPath: $0.string)
        }
        if let found { return .good("ssh", "\(found)") }
        return .warning(
            "ssh",
            "there is no ssh on the PATH: clone Tasks cannot clone over ssh",
            fix: "install OpenSSH's client (apt install openssh-client)"
        )
    }

    private func proxies() -> [Finding] {
        let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap { [$0, $0.lowercased()] }
        let local = names.filter { Self.isLocal(context.environment[$0, default: ""]) }
        guard !local.isEmpty else { return [.good("Proxy", "none that points at this machine itself")] }
        return [
            .warning(
                "Proxy",
                "\(local.joined(separator: ", ")) points at localhost, which in a step is the step itself",
                fix: "let the proxy listen on the bridge's address too, and give steps that one (often 172.17.0.1)"
            )
        ]
    }

    /// Whether a proxy's address is this machine as seen by itself.
    static func isLocal(_ address: String) -> Bool {
        guard !address.isEmpty else { return false }
        let text = address.contains("://") ? address : "http://\(address)"
        guard let host = URL(string: text)?.host(percentEncoded: false)?.lowercased() else { return false }
        return host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.")
            || ["::1", "[::1]", "0.0.0.0"].contains(host)
    }
}

/// How much room a disk has.
struct DiskCheck {
    var topic: String
    var folder: FilePath
    /// With less than this in bytes there is a warning, with less than a sixteenth of it a problem.
    var needed: Int64

    /// Nil where it cannot be told.
    var finding: Finding? {
        var status = statvfs()
        guard statvfs(MachineChecks.nearestFolder(above: folder).string, &status) == 0 else { return nil }
        let free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        let text = "\(folder), \(byteText(free)) free"
        let fix = "drydock df shows what drydock keeps, drydock prune removes it; docker system df shows the rest"
        if free < needed / 16 { return .problem(topic, text, fix: fix) }
        return free < needed ? .warning(topic, text, fix: fix) : .good(topic, text)
    }
}
