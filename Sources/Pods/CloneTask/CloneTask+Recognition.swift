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
        guard let text = plan.writtenSpec["steps"]?.elements.first?["script"]?.string,
            let shell = ShellScript(text)
        else { throw OwnImageReason("its script uses more of the shell than a clone needs") }
        let paths = try paths(of: step)
        let script = try CloneScript(
            shell,
            values: ScriptValues(plan: plan, step: step),
            exports: environment(of: step).filter { GitEnvironment.names.contains($0.key) },
            paths: paths
        )
        var request = try request(from: script, paths: paths)
        request.homePath = environment(of: step)["HOME"]
        try checkWorkspace(script.workspace, volumeMounts: step.container.volumeMounts)
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
            guard GitEnvironment.names.contains(variable.name) || !variable.name.hasPrefix("GIT_") else {
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

    /// Where the step sees its workspaces and its home, which none of them may hold.
    private func paths(of step: Step) throws(OwnImageReason) -> StepPaths {
        let bound = plan.spec.workspaces.filter { workspace in plan.workspaces.contains { $0.name == workspace.name } }
        let home = environment(of: step)["HOME"] ?? ScriptValues.unknownHome
        guard home.hasPrefix("/"), StepPaths.components(home) != nil else {
            throw OwnImageReason("its home is '\(home)'")
        }
        if let workspace = bound.first(where: { Self.isInside(home, $0.mountPath) }) {
            throw OwnImageReason("its home lies in its workspace \(workspace.name)")
        }
        let places = bound.map { ($0.name, "/" + (StepPaths.components($0.mountPath) ?? []).joined(separator: "/")) }
        return StepPaths(home: home, workspaces: Dictionary(places, uniquingKeysWith: { first, _ in first }))
    }

    private func environment(of step: Step) -> [String: String] {
        let pairs = step.container.env.compactMap { variable -> (String, String)? in
            guard case .literal(let value) = variable.value else { return nil }
            return (variable.name, value)
        }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }

    private func checkPodTemplate() throws(OwnImageReason) {
        let fields = ["hostAliases", "dnsConfig", "dnsPolicy", "env", "volumes"]
        if let field = fields.first(where: { plan.podTemplate[$0] != nil }) {
            throw OwnImageReason("its Pod template has \(field)")
        }
    }

    // MARK: - The values

    private func request(
        from script: CloneScript,
        paths: StepPaths
    ) throws(OwnImageReason) -> CloneTask.Request {
        let flags = script.flags
        let url = try self.url(flags["url"] ?? "")
        guard flags["submodulePaths", default: ""].isEmpty else {
            throw OwnImageReason("it asks for some submodules only, which is not carried out")
        }
        guard let depth = Int(flags["depth"] ?? "1"), (0...Int(Int32.max)).contains(depth) else {
            throw OwnImageReason("its depth is '\(flags["depth"] ?? "")'")
        }
        let environment = GitEnvironment(variables: script.exports)
        return CloneTask.Request(
            url: url,
            revision: try revision(flags["revision"] ?? ""),
            refspec: try refspec(flags["refspec"] ?? ""),
            sparsePaths: try sparsePaths(flags["sparseCheckoutDirectories"] ?? ""),
            depth: depth,
            includesSubmodules: try boolean("submodules", flags["submodules"]),
            verifiesCertificates: try boolean("sslVerify", flags["sslVerify"]),
            workspace: script.workspace,
            mountPath: plan.spec.workspaces.first { $0.name == script.workspace }?.mountPath ?? "",
            subdirectory: script.subdirectory,
            checkoutPath: script.checkoutPath,
            deletesExisting: script.deletesExisting,
            isVerbose: script.isVerbose,
            home: script.home,
            homePath: nil,
            certificateFile: try material(environment.certificateFile, paths),
            certificateFolder: try material(environment.certificateFolder, paths),
            proxies: environment.proxies,
            results: try results(of: script),
            user: nil,
            group: nil,
            notices: notices(url, environment)
        )
    }

    private func notices(_ url: RemoteURL, _ environment: GitEnvironment) -> [String] {
        var notices: [String] = []
        if case .local(let path) = url.transport, url.problem == nil {
            notices.append("the repository \(path) is read from this machine, as no container would")
        }
        if url.transport == .http, environment.hasUnreadProxy {
            notices.append("its HTTP_PROXY is not used: git reads http_proxy only, here as in its image")
        }
        return notices
    }

    private func material(_ path: String?, _ paths: StepPaths) throws(OwnImageReason) -> CloneTask.Material? {
        guard let path else { return nil }
        guard case .workspace(let name, let components) = paths.place(of: path) else {
            throw OwnImageReason("its certificates are in \(path), which is in none of its workspaces")
        }
        return CloneTask.Material(workspace: name, path: components, spelling: path)
    }

    private func results(of script: CloneScript) throws(OwnImageReason) -> [CloneTask.Result] {
        for result in script.results where !plan.spec.results.contains(where: { $0.name == result.name }) {
            throw OwnImageReason("it writes the result \(result.name) and does not declare it")
        }
        return script.results
    }

    private func url(_ text: String) throws(OwnImageReason) -> RemoteURL {
        let url = RemoteURL(text)
        // No image makes anything of what is no address, and here it is said so.
        guard url.problem == nil else { return url }
        switch url.transport {
        case .http, .https, .git, .ssh: return url
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
            throw OwnImageReason("its revision '\(text)' is a refspec")
        }
        return text
    }

    /// What is fetched, which `git-init` separates at each blank.
    private func refspec(_ text: String) throws(OwnImageReason) -> String {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.contains(where: \.isWhitespace) }
        guard text.isEmpty || isPlain else { throw OwnImageReason("its refspec is '\(text)'") }
        return text
    }

    /// Patterns, which `git-init` separates at each comma and writes a line each.
    private func sparsePaths(_ text: String) throws(OwnImageReason) -> [String] {
        guard !text.contains(where: \.isNewline) else { throw OwnImageReason("its sparse checkout has several lines") }
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }

    /// A Boolean flag as Go reads it.
    private func boolean(_ flag: String, _ value: String?) throws(OwnImageReason) -> Bool {
        switch value ?? "true" {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default: throw OwnImageReason("its \(flag) is '\(value ?? "")'")
        }
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }
}
