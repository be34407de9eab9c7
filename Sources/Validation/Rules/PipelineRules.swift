import Manifests
import Planning
import YAML

extension Rule {
    static let pipelineIsNotEmpty = Rule("DD2311", "A Pipeline has something in it.") { spec, findings in
        let fields = ["description", "displayName", "params", "tasks", "workspaces", "results", "finally", "resources"]
        guard fields.allSatisfy({ spec[$0] == nil || spec.node[$0]?.string == "" }) else { return }
        findings.report(
            "expected at least one, got none",
            in: spec,
            "description",
            "params",
            "resources",
            "tasks",
            "workspaces"
        )
    }

    static let pipelineResources = Rule("DD2312", "PipelineResources have gone.") { spec, findings in
        guard spec.context.isBeta else { return }
        if spec["resources"] != nil { findings.report("must not set the field(s)", in: spec, "resources") }
        for task in spec.allTasks where task.has("resources") {
            findings.report("must not set the field(s)", in: task, "resources")
        }
    }

    static let pipelineGraph = Rule("DD2313", "Tasks wait for tasks that exist, and not for each other in a circle.") {
        spec,
        findings in
        let tasks = spec.parts("tasks").map { PipelineTask($0.node) }
        let dependencies = Dictionary(tasks.map { ($0.name, $0.dependencies) }, uniquingKeysWith: { $1 })
        do throws(TaskGraphError) {
            _ = try TaskGraph(tasks: tasks.map(\.name), dependencies: dependencies.filter { !$0.value.isEmpty })
        } catch {
            let index =
                switch error {
                case .duplicate(let name): tasks.lastIndex { $0.name == name }
                case .cycle(let name, _), .missing(let name, _): tasks.firstIndex { $0.name == name }
                case .doneTooEarly: Int?.none
                }
            let task = index.map { spec.parts("tasks")[$0].node }
            findings.report("invalid value: \(error)", in: spec, "tasks", culprit: task?["runAfter"] ?? task)
        }
    }

    static let pipelineWorkspaces = Rule("DD2314", "Workspaces of a Pipeline have names of their own.") {
        spec,
        findings in
        var names: Set<String> = []
        for (index, workspace) in spec.parts("workspaces").enumerated() {
            let name = workspace.text("name")
            if name.isEmpty { findings.reportInvalid("workspace \(index) has empty name", in: workspace, "") }
            if !names.insert(name).inserted {
                findings.reportInvalid(
                    "workspace with name \(GoText.quoted(name)) appears more than once",
                    in: workspace,
                    ""
                )
            }
        }
    }

    static let pipelineWorkspaceUsage = Rule("DD2315", "Tasks use workspaces that the Pipeline declares.") {
        spec,
        findings in
        let names = Set(spec.parts("workspaces").map { $0.text("name") })
        for task in spec.allTasks { WorkspaceCheck.check(task, known: names, into: &findings) }
    }

    static let finallyNeedsTasks = Rule("DD2316", "What comes last comes after something.") { spec, findings in
        guard spec["tasks"] == nil, let last = spec["finally"]?.sequence else { return }
        findings.reportInvalid("spec.tasks is empty but spec.finally has \(last.count) tasks", in: spec, "finally")
    }

    static let pipelineGuards = Rule("DD2317", "A guard of a task has an operator and values.") { spec, findings in
        for task in spec.allTasks { Guard.check(task.parts("when"), into: &findings) }
    }

    static let pipelineArtifacts = Rule("DD2318", "Artifacts are used only where they are switched on.") {
        spec,
        findings in
        guard !spec.settings.allowsArtifacts else { return }
        let culprit = spec.allTasks.first { task in
            task.parts("params").flatMap(\.valueTexts).contains { References.containsNamedTaskArtifact($0) }
        }
        guard let culprit else { return }
        findings.report(
            "feature flag enable-artifacts should be set to true to use artifacts feature.",
            in: culprit,
            "params"
        )
    }

    static let variablePrefixes = Rule("DD2319", "Params and guards of tasks use variables of families that exist.") {
        spec,
        findings in
        let families: Set<Substring> = ["params", "tasks", "finally", "context", "workspaces", "results"]
        for task in spec.allTasks {
            for use in TaskText.all(of: task, withMatrix: true) {
                for variable in use.variables {
                    let family = variable.prefix { $0 != "." }
                    guard !families.contains(family) else { continue }
                    findings.reportInvalid(
                        "invalid variable reference \(GoText.quoted("$(\(variable))")), must start with a valid prefix: "
                            + "params, tasks, finally, context, workspaces, or results; if you meant a shell variable, "
                            + "use ${VAR} instead",
                        in: task,
                        use.field
                    )
                }
            }
        }
    }
}

/// Workspaces that PipelineTasks use.
enum WorkspaceCheck {
    static func check(_ task: Part, known: Set<String>, into findings: inout Findings) {
        var names: Set<String> = []
        for binding in task.parts("workspaces") {
            let name = binding.text("name")
            if !names.insert(name).inserted {
                findings.report("workspace name \(GoText.quoted(name)) must be unique", in: binding, "")
            }
            let written = binding.text("workspace")
            let wanted = written.isEmpty ? name : written
            guard !known.contains(wanted) else { continue }
            findings.reportInvalid(
                "pipeline task \(GoText.quoted(task.text("name"))) expects workspace with name "
                    + "\(GoText.quoted(wanted)) but none exists in pipeline spec",
                in: binding,
                ""
            )
        }
    }
}
