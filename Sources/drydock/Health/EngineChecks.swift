import Docker
import Foundation
import Pods
import SystemPackage

/// What `drydock doctor` asks the engine.
struct EngineChecks {
    let context: Context
    let docker: DockerClient
    let entrypoint: FilePath?

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        do {
            let info = try await docker.info()
            findings.append(
                .good("Engine", "Docker \(info.serverVersion), API \(docker.apiVersion), at \(docker.host)")
            )
            findings.append(machine(of: info))
            if info.osType != "linux" {
                findings.append(
                    .problem(
                        "Containers",
                        "the engine runs \(info.osType) containers",
                        fix: "switch it to Linux containers"
                    )
                )
            }
            if info.remapsUsers {
                findings.append(
                    .warning(
                        "User names",
                        "the engine maps its containers' users: what steps write belongs to other users here",
                        fix: "an engine without userns-remap; or accept that such files are removed through containers"
                    )
                )
            }
            if let clock = clock(of: info) { findings.append(clock) }
            findings += disk(of: info)
        } catch {
            findings.append(.problem("Engine", "\(error)"))
            return findings
        }
        guard let entrypoint else { return findings }
        findings.append(await leftovers(entrypoint))
        findings += await sharing(entrypoint)
        return findings
    }

    private func machine(of info: EngineInfo) -> Finding {
        let kind = info.isRootless ? "rootless" : "not rootless"
        return .good(
            "Machine",
            "\(info.operatingSystem), \(info.architecture), \(info.processors) processors, "
                + "\(byteText(info.memory)) of memory, \(kind)"
        )
    }

    private func clock(of info: EngineInfo) -> Finding? {
        guard let time = info.systemTime else { return nil }
        let difference = time.timeIntervalSinceNow
        guard abs(difference) > 5 else { return .good("Clock", "the engine's agrees with this machine's") }
        return .warning(
            "Clock",
            "the engine's is \(durationText(abs(difference))) \(difference > 0 ? "ahead of" : "behind") this machine's: "
                + "times of steps are wrong by that",
            fix: "set both clocks, or restart the engine's machine"
        )
    }

    /// The engine's own disk, if it is this machine's.
    private func disk(of info: EngineInfo) -> [Finding] {
        guard case .unix = docker.host.address, !info.dockerRootDir.isEmpty else { return [] }
        return DiskCheck(topic: "Engine's disk", folder: FilePath(info.dockerRootDir), needed: 1 << 30).finding
            .map { [$0] } ?? []
    }

    private func leftovers(_ entrypoint: FilePath) async -> Finding {
        do {
            let count = try await EngineAccess(context: context).sweep(docker, entrypoint: entrypoint)
            return .good(
                "Leftovers",
                count == 0 ? "none of earlier runs" : "\(count) of earlier runs found and removed"
            )
        } catch {
            return .warning(
                "Leftovers",
                "what an earlier run left could not be removed: \(error)",
                fix: "the next command tries again"
            )
        }
    }

    /// Whether containers see this machine's folders.
    private func sharing(_ entrypoint: FilePath) async -> [Finding] {
        let topic = "Shared files"
        do {
            let keeping = try Housekeeping(
                docker: docker,
                stateDirectory: context.directories.state,
                entrypoint: entrypoint
            )
            defer { keeping.finish() }
            for folder in [context.directories.state, context.directories.data] {
                guard try await keeping.containersSee(folder) else {
                    return [
                        .problem(
                            topic,
                            "containers do not see \(folder) of this machine",
                            fix: "use an engine on this machine, or share that folder with the engine's machine"
                        )
                    ]
                }
            }
            return [.good(topic, "containers see this machine's folders")]
        } catch let error as HostFileError {
            // That the folder cannot be written is a finding of its own.
            return [.warning(topic, "could not be tried: \(error)")]
        } catch let error as OwnerLock.Failure {
            return [.warning(topic, "could not be tried: \(error)")]
        } catch {
            return [.problem(topic, "a container cannot be run: \(error)")]
        }
    }
}
