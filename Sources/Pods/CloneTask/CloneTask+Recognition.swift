import Git
import Manifests
package import Planning
import YAML

extension CloneTask {
    /// Finds out whether a TaskRun is a clone that can be carried out on this machine.
    ///
    /// Reads manifests only: nothing is asked of the engine, the network or the disk.
    package static func recognise(_ plan: TaskRunPlan) -> Recognition {
        let scripts = (plan.writtenSpec["steps"]?.elements ?? []).compactMap { $0["script"]?.string }
        guard scripts.contains(where: callsClone) else { return .notAClone }
        do throws(OwnImageReason) {
            return .carriedOut(try Recogniser(plan: plan).request())
        } catch {
            return .ownImage(reason: error.text)
        }
    }

    private static func callsClone(_ script: String) -> Bool {
        let lines = ShellReader.lines(of: script) ?? []
        return lines.contains { $0.first.map(CloneScript.isClone) ?? false }
    }
}

/// One look at a TaskRun.
private struct Recogniser {
    let plan: TaskRunPlan

    func request() throws(OwnImageReason) -> CloneTask.Request {
        try checkTask()
        let step = plan.spec.steps[0]
        try checkStep(step)
        let environment = writtenEnvironment
        guard let text = plan.writtenSpec["steps"]?.elements.first?["script"]?.string,
            let shell = ShellScript(text)
        else { throw OwnImageReason("its script uses more of the shell than a clone needs") }
        let script = CloneScript(shell, environment: environment)
        if let statement = script.unknown { throw OwnImageReason(Self.unknown(statement)) }

        let values = ScriptValues(plan: plan, step: step)
        var request = try request(from: script, values: values)
        try checkWorkspace(script.workspace, volumeMounts: step.container.volumeMounts)
        try checkMaterial(script, url: request.url)
        try checkPodTemplate()
        let podContext = plan.podTemplate["securityContext"]
        request.user = step.container.securityContext.runAsUser ?? podContext?["runAsUser"]?.integer
        request.group = step.container.securityContext.runAsGroup ?? podContext?["runAsGroup"]?.integer
        return request
    }

    // MARK: - The shape

    private func checkTask() throws(OwnImageReason) {
        guard plan.spec.steps.count == 1 else { throw OwnImageReason("it has \(plan.spec.steps.count) steps") }
        guard plan.spec.sidecars.isEmpty else { throw OwnImageReason("it has a sidecar") }
        let known: Set<String> = [
            "description", "displayName", "params", "workspaces", "results", "steps", "stepTemplate", "volumes",
            "sidecars",
        ]
        if let field = plan.writtenSpec.mapping?.keys.first(where: { !known.contains($0) }) {
            throw OwnImageReason("its field \(field) is not known here")
        }
        for result in plan.spec.results where result.type != .string || result.value != nil {
            throw OwnImageReason("its result \(result.name) is not a plain string")
        }
    }

    private func checkStep(_ step: Step) throws(OwnImageReason) {
        let known: Set<String> = [
            "name", "displayName", "image", "imagePullPolicy", "env", "script", "securityContext", "computeResources",
            "resources", "volumeMounts",
        ]
        let node = plan.spec.node["steps"]?.elements.first
        if let field = node?.mapping?.keys.first(where: { !known.contains($0) }) {
            throw OwnImageReason("its step has \(field)")
        }
        for variable in step.container.env {
            guard case .literal(let value) = variable.value else {
                throw OwnImageReason("its variable \(variable.name) is taken from elsewhere")
            }
            let name = variable.name.uppercased()
            guard !name.hasPrefix("GIT_"), !name.hasSuffix("_PROXY") || name.hasPrefix("PARAM_") else {
                throw OwnImageReason("its variable \(variable.name) changes what git does")
            }
            // Kubernetes replaces `$(NAME)` in values by other variables.
            guard !value.contains("$(") else { throw OwnImageReason("its variable \(variable.name) refers to another") }
        }
        for mount in step.container.volumeMounts {
            guard let volume = plan.spec.volumes.first(where: { $0.name == mount.name }), case .emptyDir = volume.source
            else { throw OwnImageReason("its step mounts the volume \(mount.name)") }
        }
    }

    private func checkWorkspace(_ name: String, volumeMounts: [VolumeMount]) throws(OwnImageReason) {
        guard let binding = plan.workspaces.first(where: { $0.name == name }) else {
            throw OwnImageReason("its workspace \(name) is not bound")
        }
        guard let declaration = plan.spec.workspaces.first(where: { $0.name == name }), !declaration.isReadOnly else {
            throw OwnImageReason("its workspace \(name) is read-only")
        }
        switch binding.source {
        case .emptyDir, .volumeClaimTemplate, .persistentVolumeClaim(_, isReadOnly: false), .hostPath,
            .directory(_, .copy), .directory(_, .readWrite):
            break
        default:
            throw OwnImageReason("its workspace \(name) cannot be written to")
        }
        let path = declaration.mountPath
        let others =
            volumeMounts.map(\.mountPath)
            + plan.spec.workspaces.filter { other in
                other.name != name && plan.workspaces.contains { $0.name == other.name }
            }.map(\.mountPath)
        if let other = others.first(where: { Self.isInside($0, path) || Self.isInside(path, $0) }) {
            throw OwnImageReason("\(other) is mounted across its workspace \(name)")
        }
    }

    private func checkMaterial(_ script: CloneScript, url: RemoteURL) throws(OwnImageReason) {
        let bound = Set(plan.workspaces.map(\.name))
        if let name = script.credentials.intersection(bound).first {
            throw OwnImageReason("its workspace \(name) brings a user and a password, which is not carried out yet")
        }
        if url.transport == .https, let name = script.certificates.intersection(bound).first {
            throw OwnImageReason("its workspace \(name) brings certificates, which is not carried out yet")
        }
    }

    private func checkPodTemplate() throws(OwnImageReason) {
        let fields = ["hostAliases", "dnsConfig", "dnsPolicy", "env", "volumes"]
        if let field = fields.first(where: { plan.podTemplate[$0] != nil }) {
            throw OwnImageReason("its Pod template has \(field)")
        }
    }

    // MARK: - The values

    private func request(from script: CloneScript, values: ScriptValues) throws(OwnImageReason) -> CloneTask.Request {
        var flags: [String: String] = [:]
        for (name, word) in script.flags where name != "path" { flags[name] = try values.text(of: word) }
        let url = try self.url(flags["url"] ?? "")
        let revision = try self.revision(flags["revision"] ?? "")
        try requireEmpty("a refspec", flags["refspec"])
        try requireEmpty("a sparse checkout", flags["sparseCheckoutDirectories"])
        for proxy in script.proxies { try requireEmpty("a proxy", try values.text(of: proxy)) }
        guard let depth = Int(flags["depth"] ?? "1"), (0...Int(Int32.max)).contains(depth) else {
            throw OwnImageReason("its depth is '\(flags["depth"] ?? "")'")
        }
        let path = plan.spec.workspaces.first { $0.name == script.workspace }?.mountPath ?? ""
        let subdirectory = try script.subdirectory.map { word throws(OwnImageReason) in try values.text(of: word) }
        let components = (subdirectory ?? "").split(separator: "/").map { String($0) }.filter { $0 != "." }
        guard !components.contains("..") else {
            throw OwnImageReason("its subdirectory '\(subdirectory ?? "")' leads out of the workspace")
        }
        var notices: [String] = []
        if case .local(let path) = url.transport {
            notices.append("the repository \(path) is read from this machine, as no container would")
        }
        return CloneTask.Request(
            url: url,
            revision: revision,
            depth: depth,
            includesSubmodules: try boolean("submodules", flags["submodules"]),
            verifiesCertificates: try boolean("sslVerify", flags["sslVerify"]),
            workspace: script.workspace,
            mountPath: path,
            subdirectory: components,
            checkoutPath: subdirectory.map { "\(path)/\($0)" } ?? path,
            deletesExisting: try isTrue(script.deletes, values),
            isVerbose: try isTrue(script.verbose, values),
            bringsKnownHosts: plan.workspaces.contains { script.keys.contains($0.name) },
            results: try results(of: script, values: values),
            user: nil,
            group: nil,
            notices: notices
        )
    }

    private func results(of script: CloneScript, values: ScriptValues) throws(OwnImageReason) -> [CloneTask.Result] {
        var results: [CloneTask.Result] = []
        for result in script.results {
            guard plan.spec.results.contains(where: { $0.name == result.name }) else {
                throw OwnImageReason("it writes the result \(result.name) and does not declare it")
            }
            let value: CloneTask.Result.Value
            switch result.value {
            case .commit: value = .commit
            case .commitShort: value = .commitShort
            case .committerDate: value = .committerDate
            case .word(let word): value = .text(try values.text(of: word))
            }
            results.removeAll { $0.name == result.name }
            results.append(CloneTask.Result(name: result.name, value: value, endsLine: result.endsLine))
        }
        return results
    }

    private func url(_ text: String) throws(OwnImageReason) -> RemoteURL {
        let url = RemoteURL(text)
        guard !url.text.isEmpty else { throw OwnImageReason("its url is empty") }
        switch url.transport {
        case .http, .https, .git: return url
        case .ssh: throw OwnImageReason("it clones over ssh, which is not carried out yet")
        case .other(let scheme): throw OwnImageReason("it clones over \(scheme)")
        case .local(let path):
            guard path.hasPrefix("/") else { throw OwnImageReason("its url is a path in the container") }
            let mounts =
                ["/workspace", "/tekton"] + plan.spec.workspaces.map(\.mountPath)
                + plan.spec.steps.flatMap { $0.container.volumeMounts.map(\.mountPath) }
            guard !mounts.contains(where: { Self.isInside(path, $0) }) else {
                throw OwnImageReason("its url is a path in the container")
            }
            return url
        }
    }

    /// A revision that `git fetch` takes as one source and nothing else.
    private func revision(_ text: String) throws(OwnImageReason) -> String {
        let isPlain = !text.contains { ":*?[\\^~".contains($0) || $0.isWhitespace }
        guard isPlain, !text.hasPrefix("-"), !text.hasPrefix("+") else {
            throw OwnImageReason("its revision '\(text)' is a refspec, which is not carried out yet")
        }
        return text
    }

    private func requireEmpty(_ what: String, _ value: String?) throws(OwnImageReason) {
        guard value ?? "" == "" else { throw OwnImageReason("it asks for \(what), which is not carried out yet") }
    }

    private func isTrue(_ words: [ShellScript.Word], _ values: ScriptValues) throws(OwnImageReason) -> Bool {
        for word in words where try values.text(of: word) == "true" { return true }
        return false
    }

    /// A Boolean flag as Go reads it.
    private func boolean(_ flag: String, _ value: String?) throws(OwnImageReason) -> Bool {
        switch value ?? "true" {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default: throw OwnImageReason("its \(flag) is '\(value ?? "")'")
        }
    }

    /// What the step's environment holds before substitution, a template's variables first.
    private var writtenEnvironment: [String: String] {
        let template = plan.writtenSpec["stepTemplate"]?["env"]?.elements ?? []
        let own = plan.writtenSpec["steps"]?.elements.first?["env"]?.elements ?? []
        let pairs = (template + own).map { ($0["name"]?.string ?? "", $0["value"]?.string ?? "") }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }

    private static func unknown(_ statement: ShellScript.Statement) -> String {
        guard case .command(let words) = statement, !words.isEmpty else {
            return "its script is not one of the known forms"
        }
        let text = words.map { $0.plain ?? "…" }.joined(separator: " ")
        return "its script does more than clone: \(text)"
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }
}
