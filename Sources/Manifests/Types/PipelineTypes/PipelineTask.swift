package import YAML

/// A task of a Pipeline.
///
/// [Tekton: Adding Tasks to the Pipeline](https://tekton.dev/docs/pipelines/pipelines/#adding-tasks-to-the-pipeline)
package struct PipelineTask: Sendable {
    package var name: String
    package var displayName: String
    package var taskRef: TaskReference?
    /// The embedded Task as it is written, with its `metadata`.
    package var taskSpec: YAMLNode?
    package var when: [WhenExpression]
    package var retries: Int
    package var runAfter: [String]
    package var params: [Param]
    package var matrix: Matrix?
    package var workspaces: [PipelineTaskWorkspace]
    package var timeout: GoDuration?
    /// `continue`, `stopAndFail`, or empty.
    package var onError: String
    /// It runs a Pipeline and not a Task.
    package var isPipeline: Bool

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        displayName = node["displayName"]?.string ?? ""
        taskRef = node["taskRef"].map { TaskReference($0) }
        taskSpec = node["taskSpec"]
        when = (node["when"]?.elements ?? []).map { WhenExpression($0) }
        retries = node["retries"]?.integer ?? 0
        runAfter = node["runAfter"]?.strings ?? []
        params = (node["params"]?.elements ?? []).map { Param($0) }
        matrix = node["matrix"].map { Matrix($0) }
        if matrix?.isEmpty == true { matrix = nil }
        workspaces = (node["workspaces"]?.elements ?? []).map { PipelineTaskWorkspace($0) }
        timeout = node["timeout"]?.string.flatMap { GoDuration($0) }
        onError = node["onError"]?.string ?? ""
        isPipeline = node["pipelineRef"] != nil || node["pipelineSpec"] != nil
    }

    /// Its failure does not stop the Pipeline.
    package var continuesOnError: Bool { onError == "continue" }

    /// A controller other than Tekton's would carry it out.
    package var isCustomTask: Bool {
        if let taskRef { return taskRef.isCustomTask }
        return taskSpec?["apiVersion"] != nil && taskSpec?["kind"] != nil
    }

    /// Its own params, those of the matrix and those that the matrix includes.
    package var allParams: [Param] { params + (matrix?.allParams ?? []) }
}

/// Where a Task comes from.
package struct TaskReference: Sendable {
    package var name: String
    package var kind: String
    package var apiVersion: String
    /// Empty for a Task of the cluster.
    package var resolver: String
    package var params: [Param]
    package var node: YAMLNode

    package init(_ node: YAMLNode) {
        self.node = node
        name = node["name"]?.string ?? ""
        kind = node["kind"]?.string ?? ""
        apiVersion = node["apiVersion"]?.string ?? ""
        resolver = node["resolver"]?.string ?? ""
        params = (node["params"]?.elements ?? []).map { Param($0) }
    }

    package var isCustomTask: Bool { !apiVersion.isEmpty && !kind.isEmpty && kind != "Task" && kind != "ClusterTask" }
}

/// A workspace of a Pipeline, given to a Task.
package struct PipelineTaskWorkspace: Sendable, Hashable {
    /// The name in the Task.
    package var name: String
    /// The name in the Pipeline; empty if it is the same.
    package var workspace: String
    package var subPath: String

    package init(name: String, workspace: String = "", subPath: String = "") {
        self.name = name
        self.workspace = workspace
        self.subPath = subPath
    }

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        workspace = node["workspace"]?.string ?? ""
        subPath = node["subPath"]?.string ?? ""
    }

    package var nameInPipeline: String { workspace.isEmpty ? name : workspace }
}
