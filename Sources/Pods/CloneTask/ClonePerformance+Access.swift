import Git
import SystemPackage

// What git finds in the step: its home and its certificates.

extension ClonePerformance {
    /// Lays out the home and the certificates as the script does.
    func access(in staging: FilePath) throws -> RemoteAccess {
        // What feeds it from this machine reaches no remote, so nothing need be there for the way to one.
        let isFed = surroundings.source != nil
        if isFed, request.materials.contains(where: { surroundings.materials[$0] == nil }) { return RemoteAccess() }
        let stepUser = StepUser(user: user.user, groups: [user.group] + surroundings.groups)
        func folder(_ name: String, _ credentials: [VolumeFile]) throws -> HomeFolder {
            let path = staging.appending(name)
            let materials = surroundings.materials
            return try HomeFolder(at: path, user: stepUser, materials: materials, credentials: credentials)
        }
        do {
            var home = try folder("home", surroundings.credentials)
            for operation in request.home { try home.perform(operation) }
            if request.url.transport == .ssh, let key = home.exposedKeys().first {
                throw HomeFolder.Failure.ownImage("ssh refuses its key \(key), which others may read")
            }
            var certificates = try folder("certificates", [])
            let access = RemoteAccess(
                home: home.path,
                homePaths: homePaths,
                userName: user.user == 0 ? "root" : "\(user.user)",
                certificateFile: try take(request.certificateFile, as: "file", into: &certificates),
                certificateFolder: try take(request.certificateFolder, as: "folder", into: &certificates),
                proxies: request.proxies
            )
            if !isFed, let setting = try access.unsupportedSettings(for: request.url).first {
                throw Ending.ownImage(setting)
            }
            return access
        } catch let error as GitError {
            throw Ending.failed(error.description)
        } catch HomeFolder.Failure.step(let message) {
            throw Ending.failed(message)
        } catch HomeFolder.Failure.ownImage(let reason) {
            throw Ending.ownImage(reason)
        }
    }

    /// What the home is called where its files name it; for root, `git-init` makes `/root/.ssh` lead there.
    private var homePaths: [FilePath] {
        var paths = [FilePath("/tekton/creds")]
        if let path = request.homePath { paths.append(FilePath(path)) }
        if user.user == 0 { paths.append("/root") }
        return paths
    }

    /// Copies certificates out of their workspace, where they may change.
    private func take(
        _ material: CloneTask.Material?,
        as name: String,
        into folder: inout HomeFolder
    ) throws -> FilePath? {
        guard let material else { return nil }
        let source = HomeOperation.Source(
            workspace: material.workspace,
            path: material.path,
            spelling: material.spelling
        )
        let action = HomeOperation.Action.copy(
            source,
            to: HomeOperation.Target(path: [name], spelling: material.spelling),
            isRecursive: true,
            keepsModes: false,
            followsLinks: true
        )
        do {
            try folder.perform(HomeOperation(action: action, mayFail: false))
            return folder.path.appending(name)
        } catch HomeFolder.Failure.step {
            guard request.url.transport == .https, request.verifiesCertificates else { return nil }
            throw Ending.failed(
                "fatal: unable to access '\(request.url.masked)': error setting certificate verify locations: "
                    + "\(material.spelling) is missing, or the step may not read it"
            )
        }
    }
}
