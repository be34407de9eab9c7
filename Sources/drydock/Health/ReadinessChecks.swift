import Docker
import Foundation
import Git

/// Whether this machine is ready for certain runs.
struct ReadinessChecks {
    let needs: RunNeeds
    let isOffline: Bool
    let mirrors: MirrorCache

    /// What is found, on an engine if there is one that answers.
    func findings(on docker: DockerClient?) async -> [Finding] {
        var findings: [Finding] = []
        if let docker {
            do {
                findings += images(try await ImageStatus.all(of: needs, on: docker), of: docker)
            } catch {
                findings.append(.problem("Images", "\(error)"))
            }
        } else {
            findings.append(.warning("Images", "cannot be looked at without an engine"))
        }
        findings += repositories()
        findings += needs.unforeseen.map { .warning("Unforeseen", $0) }
        return findings
    }

    private func images(_ images: [ImageStatus], of docker: DockerClient) -> [Finding] {
        images.map { status in
            let reference = status.need.reference
            if let problem = status.problem { return .problem("Image", problem, fix: "correct the name") }
            guard status.isHere else {
                guard isOffline else { return .good("Image", "\(reference) is not here and will be pulled") }
                return .problem("Image", "\(reference) is missing", fix: "drydock images pull, while online")
            }
            guard status.isForeign, let platform = status.platform else {
                return .good("Image", "\(reference) is here")
            }
            if let runs = Emulation.canRun(platform, on: docker) {
                return runs
                    ? .good("Image", "\(reference) is here, for \(platform), which this machine emulates")
                    : .problem(
                        "Image",
                        "\(reference) is for \(platform), which this machine (\(status.enginePlatform)) cannot run",
                        fix: "an image for \(status.enginePlatform), or emulation (apt install qemu-user-static)"
                    )
            }
            return .warning("Image", "\(reference) is for \(platform), and the engine is \(status.enginePlatform)")
        }
    }

    private func repositories() -> [Finding] {
        guard isOffline else { return [] }
        let check = OfflineCheck(needs: needs, mirrors: mirrors)
        let missing = check.missingMirrors()
        if missing.isEmpty, !needs.clones.isEmpty { return [.good("Repositories", "all have mirrors here")] }
        return missing.map {
            .problem("Repository", "missing: \($0)", fix: "run it once while online, or feed it with --source")
        }
    }
}

/// Whether processors of other kinds can be imitated.
enum Emulation {
    /// Nil where it cannot be told, as for an engine on another machine.
    static func canRun(_ platform: String, on docker: DockerClient) -> Bool? {
        guard case .unix = docker.host.address, let architecture = platform.split(separator: "/").last else {
            return nil
        }
        let kernelNames = ["amd64": "x86_64", "arm64": "aarch64", "386": "i386"]
        let name = kernelNames[String(architecture)] ?? String(architecture)
        if name == "i386", docker.host.location.hasPrefix("unix"), hostRuns386 { return true }
        let file = "/proc/sys/fs/binfmt_misc/qemu-\(name)"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            // Without the folder nothing is known: the engine may be in a machine of its own.
            return FileManager.default.fileExists(atPath: "/proc/sys/fs/binfmt_misc/register") ? false : nil
        }
        return text.hasPrefix("enabled")
    }

    private static var hostRuns386: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }
}
