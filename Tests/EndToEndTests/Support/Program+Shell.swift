import Foundation

extension Program {
    /// Runs a command by a shell script, in which it is `"$@"`.
    func shell(_ script: String, _ command: [String], environment: [String: String] = [:]) async throws -> Ended {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + command
        process.currentDirectoryURL = directory
        let own = ["HOME": home.path, "CI": "true", "PATH": "/usr/bin:/bin"]
        process.environment = own.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let started = Started(process: process)
        process.standardOutput = started.output
        process.standardError = started.errors
        try process.run()
        return try await started.ended()
    }

    /// The program where an ordinary user can run it.
    func copyOfExecutable(in folder: URL) throws -> String {
        for name in ["drydock", "drydock-entrypoint"] {
            try FileManager.default.linkOrCopy(Self.buildFolder.appending(path: name), to: folder.appending(path: name))
        }
        return folder.appending(path: "drydock").path
    }

    /// What lies in its home beside what a run keeps: its log, the program for the containers, locks of mirrors.
    func leftovers() throws -> [String] {
        let kept = [
            #/\.local/state/drydock/runs/[a-z0-9]+/events\.jsonl/#, #/\.local/state/drydock/bin/[^/]+(?:/entrypoint)?/#,
            #/\.cache/drydock/git/[^/]+\.lock/#,
        ]
        return try FileManager.default.subpathsOfDirectory(atPath: home.path).filter { path in
            var isDirectory: ObjCBool = false
            let isThere = FileManager.default.fileExists(
                atPath: home.appending(path: path).path,
                isDirectory: &isDirectory
            )
            // A folder by itself says nothing, but that of a Pod.
            guard !isThere || !isDirectory.boolValue || path.contains("/pods/") else { return false }
            return try !kept.contains { try $0.wholeMatch(in: path) != nil }
        }
    }
}

extension FileManager {
    /// Files of several hundred megabytes are linked where that works.
    fileprivate func linkOrCopy(_ source: URL, to target: URL) throws {
        do {
            try linkItem(at: source.resolvingSymlinksInPath(), to: target)
        } catch {
            try copyItem(at: source.resolvingSymlinksInPath(), to: target)
        }
    }
}
