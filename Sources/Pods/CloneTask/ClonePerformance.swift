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
    var made: [FilePath] = []
    /// Whether this process may give its files to the owner.
    var givesFiles = true

    /// Why it ends early.
    enum Ending: Error {
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
