import Foundation
import Git
import Manifests
import Planning
import SystemPackage

/// One clone: into a folder that nobody else sees, then into the workspace.
///
/// Steps of other TaskRuns may write to the workspace meanwhile, so no path in it is ever followed: every folder is
/// opened in the one above it.
struct ClonePerformance: Sendable {
    let request: CloneTask.Request
    let workspace: FilePath
    let scratch: FilePath
    let owner: CloneTask.Owner
    let user: CloneTask.Owner
    let surroundings: CloneTask.Surroundings

    /// What was made in the workspace, relative to it.
    private var made: [FilePath] = []
    /// Whether this process may give its files to the owner.
    private var givesFiles = true

    /// Why it ends early.
    private enum Ending: Error {
        case failed(String)
        case ownImage(String)
    }

    init(
        request: CloneTask.Request,
        workspace: FilePath,
        scratch: FilePath,
        owner: CloneTask.Owner,
        user: CloneTask.Owner,
        surroundings: CloneTask.Surroundings
    ) {
        self.request = request
        self.workspace = workspace
        self.scratch = scratch
        self.owner = owner
        self.user = user
        self.surroundings = surroundings
    }

    mutating func run(notice: (String) -> Void) async throws -> CloneOutcome {
        let staging = scratch.appending("clone-\(UUID().uuidString)")
        try HostFiles.makeDirectory(staging, mode: 0o700)
        let outcome: Result<CloneOutcome, any Error>
        do {
            outcome = .success(try await run(in: staging, notice))
        } catch {
            outcome = .failure(error)
        }
        try await BlockingWork.run(named: "clone-removal") {
            // A clone that was given up may still write for a moment; the caller removes its scratch directory.
            try? FileManager.default.removeItem(atPath: staging.string)
        }
        return try outcome.get()
    }

    private mutating func run(in staging: FilePath, _ notice: (String) -> Void) async throws -> CloneOutcome {
        var lines = request.isVerbose ? [commandLine] : []
        do {
            let access = try await onThread { try $0.access(in: staging) }
            if surroundings.source == nil, let text = access.hostKeyNotice(for: request.url) { notice(text) }
            let destination = try await onThread { try $0.destination() }
            let tree = staging.appending("tree")
            let result = try await clone(to: tree, access)
            try Task.checkCancellation()
            try await onThread { performance in
                try performance.inWorkspace { (performance) throws(Errno) in
                    try performance.move(tree, to: destination)
                }
            }
            let taken = surroundings.source.map { "\($0.state.words) in the place of " } ?? ""
            lines.append("cloned \(taken)\(request.url.masked) at \(result.commit) into \(request.checkoutPath)")
            lines += result.submodules.map { "checked out its submodule \($0)" }
            return .succeeded(report(lines, request.results.map { $0.runResult(from: result) }))
        } catch Ending.failed(let message) {
            return .failed(exitCode: 1, report(lines + [message], []))
        } catch Ending.ownImage(let reason) {
            return .ownImage(reason: reason)
        }
    }

    /// Does file work on a thread of its own.
    private mutating func onThread<Value: Sendable>(
        _ work: @escaping @Sendable (inout Self) throws -> Value
    ) async throws -> Value {
        let before = self
        let (after, value) = try await BlockingWork.run(named: "clone-files") {
            var performance = before
            let value = try work(&performance)
            return (performance, value)
        }
        self = after
        return value
    }

    // MARK: - What git finds

    /// Lays out the home and the certificates as the script does.
    private func access(in staging: FilePath) throws -> RemoteAccess {
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
            // What feeds it from this machine reaches no remote.
            guard surroundings.source == nil else { return access }
            if let setting = try access.unsupportedSettings(for: request.url).first { throw Ending.ownImage(setting) }
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

    // MARK: - The clone

    private func clone(to tree: FilePath, _ access: RemoteAccess) async throws -> CloneResult {
        var settings: [CloneRequest.Setting] = []
        if access.acceptsAnyHostKey {
            settings.append(.init(key: "core.sshCommand", value: "ssh -o StrictHostKeyChecking=accept-new"))
        }
        settings.append(.init(key: "http.sslVerify", value: "\(request.verifiesCertificates)"))
        let order = CloneRequest(
            url: request.url,
            revision: request.revision,
            destination: tree,
            depth: request.depth,
            includesSubmodules: request.includesSubmodules,
            refspec: request.refspec,
            sparsePaths: request.sparsePaths,
            access: access,
            mirrors: surroundings.mirrors,
            source: surroundings.source,
            verifiesCertificates: request.verifiesCertificates,
            settings: settings
        )
        do {
            return try await Cloner.clone(order)
        } catch GitError.cancelled {
            throw CancellationError()
        } catch {
            throw Ending.failed(error.description.replacing(tree.string, with: request.checkoutPath))
        }
    }

    /// What a verbose Task prints before it begins.
    private var commandLine: String {
        var flags = [
            ("url", request.url.masked), ("revision", request.revision), ("path", request.checkoutPath),
            ("sslVerify", "\(request.verifiesCertificates)"), ("submodules", "\(request.includesSubmodules)"),
            ("depth", "\(request.depth)"),
        ]
        if !request.refspec.isEmpty { flags.insert(("refspec", request.refspec), at: 2) }
        if !request.sparsePaths.isEmpty {
            flags.append(("sparseCheckoutDirectories", request.sparsePaths.joined(separator: ",")))
        }
        return "+ git-init " + flags.map { "-\($0)=\($1)" }.joined(separator: " ")
    }

    private func report(_ lines: [String], _ results: [RunResult]) -> CloneOutcome.Report {
        let isComplete = givesFiles || made.isEmpty
        return CloneOutcome.Report(
            lines: lines,
            results: results,
            unowned: isComplete ? nil : CloneOutcome.Unowned(owner: owner, paths: made)
        )
    }

    // MARK: - The workspace

    /// Makes the folder that is cloned into ready.
    private mutating func destination() throws -> FolderDescriptor {
        let destination = try inWorkspace { (performance) throws(Errno) in try performance.openDestination() }
        guard let destination else {
            throw Ending.ownImage("a symbolic link is in the way of its directory \(request.checkoutPath)")
        }
        if request.deletesExisting {
            try inWorkspace { (_) throws(Errno) in try destination.removeContents() }
        }
        guard try inWorkspace({ (_) throws(Errno) in try destination.status(".git") }) == nil else {
            throw Ending.failed(GitError.destinationInUse(FilePath(request.checkoutPath)).description)
        }
        return destination
    }

    /// The folder that is cloned into, made if it is missing; nil if a symbolic link is in the way.
    private mutating func openDestination() throws(Errno) -> FolderDescriptor? {
        var folder = try FolderDescriptor(at: workspace)
        var path = FilePath()
        for component in request.subdirectory {
            let name = FolderDescriptor.Name(component)
            path.append(component)
            if let status = try folder.status(name) {
                guard !status.isLink else { return nil }
            } else {
                try folder.make(name)
                try settle(name, in: folder)
                if made.isEmpty { made.append(path) }
            }
            folder = try folder.folder(name)
        }
        return folder
    }

    /// Gives the checkout its owner and moves it; the repository itself comes last, with the files as they then are.
    private mutating func move(_ tree: FilePath, to destination: FolderDescriptor) throws(Errno) {
        let source = try FolderDescriptor(at: tree)
        let directory = FilePath(root: nil, request.subdirectory.compactMap { FilePath.Component($0) })
        let isInsideMade = !made.isEmpty
        for name in try source.names() where name != ".git" {
            try settle(name, in: source)
            try destination.take(name, from: source)
            if !isInsideMade { made.append(directory.appending(name.text)) }
        }
        // An index that could not be written still is one: git then reads the files to see that they are unchanged.
        try? CheckoutIndex.update(tree.appending(".git").appending("index")) { destination.fileStatus(of: $0) }
        try settle(".git", in: source)
        try destination.take(".git", from: source)
        if !isInsideMade { made.append(directory.appending(".git")) }
    }

    private mutating func settle(_ name: FolderDescriptor.Name, in folder: FolderDescriptor) throws(Errno) {
        if givesFiles {
            do throws(Errno) {
                return try folder.settle(name, owner: owner)
            } catch .notPermitted, .invalidArgument {
                givesFiles = false
            }
        }
        try folder.settle(name, owner: nil)
    }

    private mutating func inWorkspace<Value>(
        _ body: (inout Self) throws(Errno) -> Value
    ) throws(Ending) -> Value {
        do throws(Errno) {
            return try body(&self)
        } catch {
            switch error {
            case .permissionDenied, .notPermitted, .readOnlyFileSystem:
                throw .ownImage("this user may not write everything in its workspace (\(error))")
            default:
                throw .failed("cannot write to \(request.checkoutPath): \(error)")
            }
        }
    }
}

extension RemoteAccess {
    fileprivate func hostKeyNotice(for url: RemoteURL) -> String? {
        guard url.transport == .ssh, acceptsAnyHostKey else { return nil }
        return "no known_hosts is given, so any key of the host is accepted, as git-init does"
    }
}

extension CloneTask.Result {
    /// The value as the step would have written it.
    fileprivate func runResult(from result: CloneResult) -> RunResult {
        let text =
            switch value {
            case .commit: result.commit
            case .commitShort: result.commitShort
            case .committerDate: result.committerDate
            case .text(let text): text
            }
        return RunResult(name: name, value: .string(endsLine ? text + "\n" : text))
    }
}

extension FolderDescriptor {
    /// What a file below this folder is; nil if it is not there, or not reached without a symbolic link.
    fileprivate func fileStatus(of path: String) -> FileStatus? {
        let components = path.split(separator: "/").map { Name(String($0)) }
        guard let name = components.last else { return nil }
        do throws(Errno) {
            var folder = self
            for component in components.dropLast() { folder = try folder.folder(component) }
            return try folder.status(name).map { FileStatus($0) }
        } catch {
            return nil
        }
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        self.init(
            changed: Time(status.st_ctim),
            modified: Time(status.st_mtim),
            device: UInt(status.st_dev),
            inode: UInt(status.st_ino),
            user: status.st_uid,
            group: status.st_gid,
            size: Int(status.st_size)
        )
    }
}

extension FileStatus.Time {
    fileprivate init(_ time: timespec) {
        self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }
}
