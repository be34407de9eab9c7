import Docker
import Entrypoint
import Glibc
import Manifests
import Planning
import SystemPackage

/// The directory of one Pod on this machine: what its containers see under `/tekton`, and its volumes.
///
/// Only the caller can enter it; mounts reach into it past that.
struct PodDirectory: Sendable {
    let root: FilePath
    /// The socket that steps of a Task with its own Docker daemon get.
    let engineSocket: FilePath

    /// Makes the directories and files that follow from a TaskRun alone, whatever its images are.
    func makeFrame(for plan: TaskRunPlan, entrypoint: FilePath) throws {
        try HostFiles.makeDirectories(root, mode: 0o700)
        let isDebugged = !plan.breakpoints.isEmpty
        for path in PodLayout.fixedDirectories + (isDebugged ? PodLayout.debugDirectories : []) {
            try HostFiles.makeDirectory(root.pushing(path), mode: 0o755)
        }
        for path in PodLayout.openDirectories {
            try HostFiles.makeDirectory(root.pushing(path), mode: 0o777)
        }
        try link(entrypoint, at: root.pushing(PodLayout.entrypoint))
        // What is mounted on a file needs a file to be mounted on.
        try HostFiles.write([], to: root.appending("tekton/termination"))
        for index in plan.podSpec.steps.indices { try makeFrame(ofStep: index, isDebugged: isDebugged) }
    }

    private func makeFrame(ofStep index: Int, isDebugged: Bool) throws {
        let run = PodLayout.run(index)
        try HostFiles.makeDirectory(root.pushing(run), mode: 0o777)
        if isDebugged {
            let debugInfo = root.pushing(PodLayout.debugInfo(of: index))
            try HostFiles.makeDirectory(debugInfo, mode: 0o755)
            try HostFiles.makeDirectory(debugInfo.appending("\(index)"), mode: 0o755)
        }
        let report = root.pushing(PodLayout.report(index))
        try HostFiles.makeDirectory(report, mode: 0o777)
        for name in [StepReport.standardOutput, StepReport.standardError] {
            try HostFiles.makePipe(report.appending(name))
        }
        try HostFiles.makeDirectory(root.pushing(PodLayout.credentials(index)), mode: 0o777)
        try HostFiles.write([], to: root.pushing(PodLayout.termination(index)), mode: 0o666)
        try HostFiles.makeSymlink(root.pushing(PodLayout.steps).appending("\(index)"), to: status(ofStep: index))
    }

    /// Where a step records its end, as its container sees it.
    private func status(ofStep index: Int) -> FilePath {
        PodLayout.inContainer(PodLayout.run(index)).appending("status")
    }

    /// Writes into the frame what the plan of this Pod says.
    func prepare(for plan: PodPlan) throws {
        for (name, text) in plan.debugScripts {
            try HostFiles.write(text.utf8, to: root.pushing(PodLayout.debugScripts).appending(name), mode: 0o755)
        }
        for container in plan.containers {
            if let script = container.script {
                let path = root.pushing(PodLayout.scripts).appending(script.name)
                try HostFiles.write(script.text.utf8, to: path, mode: 0o755)
            }
            if case .step(let index) = container.role {
                let link = root.pushing(PodLayout.steps).appending(container.containerName)
                try HostFiles.makeSymlink(link, to: status(ofStep: index))
                try makeWorkingDirectory(of: container)
                try writeCredentials(plan.credentials, of: container, index)
            }
        }
    }

    /// Writes the credentials of a step, which whoever it runs as must be able to read.
    private func writeCredentials(_ files: [VolumeFile], of step: PlannedContainer, _ index: Int) throws {
        let folder = root.pushing(PodLayout.credentials(index))
        let user = step.configuration.user.map { $0.prefix { $0 != ":" } } ?? step.image.user.prefix { $0 != ":" }
        let owner = user.isEmpty || user == "root" ? 0 : uid_t(user)
        for file in files {
            let path = folder.pushing(file.path)
            let parent = path.removingLastComponent()
            if parent != folder { try HostFiles.makeDirectory(parent, mode: 0o777) }
            let isGiven = owner == 0 || owner == getuid()
            try HostFiles.write(file.bytes, to: path, mode: isGiven ? file.mode : file.mode | 0o044)
            // Only the superuser may give it away; else it can be read by the step and stays this user's.
            guard let owner, owner != getuid(), lchown(path.string, owner, gid_t.max) == 0 else { continue }
            try HostFiles.setMode(file.mode, of: path)
        }
    }

    /// Makes a working directory below the shared `/workspace`, where every user may write.
    private func makeWorkingDirectory(of step: PlannedContainer) throws {
        guard let text = step.configuration.workingDir else { return }
        let path = FilePath(text).lexicallyNormalized()
        let mount = step.mounts
            .filter { path.starts(with: $0.target) }
            .max { $0.target.components.count < $1.target.components.count }
        guard let mount, case .pod(PodLayout.workspace) = mount.source else { return }
        var directory = root.pushing(PodLayout.workspace)
        for component in path.components.dropFirst(mount.target.components.count) {
            directory.append(component)
            try HostFiles.makeDirectory(directory, mode: 0o777)
        }
    }

    /// Gives a file a second name, or copies it to another file system.
    private func link(_ source: FilePath, at target: FilePath) throws {
        if Glibc.link(source.string, target.string) == 0 || errno == EEXIST { return }
        guard let bytes = try HostFiles.read(source, limit: 1 << 28) else {
            throw HostFileError(action: "read", path: source, cause: .noSuchFileOrDirectory)
        }
        try HostFiles.write(bytes, to: target, mode: 0o755)
    }

    /// Lets the first step begin.
    func markReady() throws {
        try HostFiles.writeAtomically("READY".utf8, to: root.pushing(PodLayout.ready))
    }

    /// The mount of a container as the engine takes it.
    func mount(_ mount: PlannedMount, volumes: [String: VolumeDirectory]) throws -> Mount {
        switch mount.source {
        case .pod(let path):
            return .bind(source: root.pushing(path), target: mount.target, isReadOnly: mount.isReadOnly)
        case .engineSocket:
            return .bind(source: engineSocket, target: mount.target)
        case .volume(let name, let subPath):
            guard let volume = volumes[name] else {
                preconditionFailure("the plan has no mount without a volume")
            }
            return .bind(
                source: try volume.path(of: subPath),
                target: mount.target,
                isReadOnly: mount.isReadOnly || volume.isReadOnly
            )
        }
    }
}
