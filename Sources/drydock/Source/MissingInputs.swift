import Git
import Manifests
import Runs
import YAML

/// What a run still needs from the command line, and a command that gives it.
struct MissingInputs {
    let tree: WorkingTree
    let inputs: RunInputs
    var params: [String]
    var workspaces: [String]
    /// Workspaces that more than one task uses.
    var sharedWorkspaces: Set<String> = []
    /// The names of the Secrets that are there.
    var secrets: Set<String> = []

    var isEmpty: Bool { params.isEmpty && workspaces.isEmpty }

    /// What a run of a definition, a spec, lacks; there is no run yet if it is made from the command line.
    init(
        run: Document?,
        definition: YAMLNode,
        tree: WorkingTree,
        inputs: RunInputs,
        given: Given,
        manifests: ManifestSet
    ) {
        self.tree = tree
        self.inputs = inputs
        let names = { (key: String) in Set((run?.spec[key]?.elements ?? []).compactMap { $0["name"]?.string }) }
        let hasParams = names("params").union(given.params)
        let hasWorkspaces = names("workspaces").union(given.workspaces)
        params = (definition["params"]?.elements ?? []).filter { $0["default"] == nil }
            .compactMap { $0["name"]?.string }.filter { !hasParams.contains($0) }
        workspaces = (definition["workspaces"]?.elements ?? []).filter { $0["optional"]?.bool != true }
            .compactMap { $0["name"]?.string }.filter { !hasWorkspaces.contains($0) }
        let uses = ((definition["tasks"]?.elements ?? []) + (definition["finally"]?.elements ?? []))
            .flatMap { task in
                (task["workspaces"]?.elements ?? []).compactMap { $0["workspace"]?.string ?? $0["name"]?.string }
            }
        sharedWorkspaces = Set(uses.filter { name in uses.filter { $0 == name }.count > 1 })
        secrets = Set(manifests.all(kind: "Secret").map(\.metadata.name))
    }

    /// Params that a TriggerTemplate lacks.
    init(params: [String], tree: WorkingTree, inputs: RunInputs) {
        self.tree = tree
        self.inputs = inputs
        self.params = params
        workspaces = []
    }

    /// The names that the command line gives values to.
    struct Given {
        var params: Set<String>
        var workspaces: Set<String>
    }

    /// What is missing, and the whole command that gives it.
    func message(for title: String, target: String?) -> String {
        var lacks: [String] = []
        if !params.isEmpty {
            let values = params.count == 1 ? "a value" : "values"
            lacks.append("\(values) for \(params.joined(separator: ", ")) (no default)")
        }
        if !workspaces.isEmpty { lacks.append("a workspace for \(workspaces.joined(separator: ", "))") }
        var words = ["drydock", "run"] + (target.map { [$0] } ?? [])
        for file in inputs.files { words += ["-f", file] }
        for param in inputs.params { words += ["-p", param] }
        for param in params { words += ["-p", "\(param)=\(value(for: param))"] }
        for workspace in inputs.workspaces { words += ["-w", workspace] }
        for workspace in workspaces { words += ["-w", binding(of: workspace)] }
        if let source = inputs.source { words += ["--source", source] }
        if inputs.namespace != "default" { words += ["-n", inputs.namespace] }
        let fromGit = params.contains { guess($0) != nil } ? " (what Git knows is filled in; look at it first)" : ""
        return
            "\(title) needs \(lacks.joined(separator: " and ")); nothing was started. Run it with them\(fromGit):\n  "
            + words.map { ShellWord.quoted($0) }.joined(separator: " ")
    }

    private func value(for param: String) -> String { guess(param) ?? param.uppercased() }

    /// What Git knows under a name like this; shown, never assumed.
    private func guess(_ param: String) -> String? {
        let name = param.lowercased()
        guard !["image", "registry", "chart"].contains(where: { name.contains($0) }) else { return nil }
        let words = name.split { !$0.isLetter }.map(String.init)
        if name.contains("url") || words.contains("repo") || name.contains("repository") {
            return tree.remotes.first.flatMap { Self.withoutPassword($0.url) }
        }
        guard case .commit(let id, let branch) = tree.head else { return nil }
        if name.contains("sha") || name.contains("commit") { return id }
        let isRevision = name.contains("revision") || name.contains("branch") || words.contains("ref")
        return isRevision ? branch ?? id : nil
    }

    /// A remote's address that can be shown; nil if only a password opens it.
    private static func withoutPassword(_ url: String) -> String? {
        let remote = RemoteURL(url)
        guard remote.masked != url else { return url }
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        let authority = url[start...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        if remote.transport == .ssh, !authority[..<at].contains(":") { return url }
        return url[..<start] + String(url[url.index(after: at)...])
    }

    private func binding(of workspace: String) -> String {
        if secrets.contains(workspace) { return "name=\(workspace),secret=\(workspace)" }
        return sharedWorkspaces.contains(workspace)
            ? "name=\(workspace),claimName=\(workspace)" : "name=\(workspace),emptyDir="
    }
}
