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
    /// The Pipeline that it runs in place of a Task, where it is named.
    package var pipelineRef: TaskReference?
    /// The Pipeline that it runs in place of a Task, where it is embedded.
    package var pipelineSpec: YAMLNode?

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
        pipelineRef = node["pipelineRef"].map { TaskReference($0) }
        pipelineSpec = node["pipelineSpec"]
    }

    /// Its failure does not stop the Pipeline.
    package var continuesOnError: Bool { onError == "continue" }

    /// It runs a Pipeline and not a Task.
    package var isPipeline: Bool { pipelineRef != nil || pipelineSpec != nil }

    /// A controller other than Tekton's would carry it out.
    package var isCustomTask: Bool {
        if let taskRef, taskRef.isCustomTask { return true }
        return taskSpec?.hasText("apiVersion") == true && taskSpec?.hasText("kind") == true
    }

    /// Its own params, those of the matrix and those that the matrix includes.
    package var allParams: [Param] { params + (matrix?.allParams ?? []) }
}

extension YAMLNode {
    fileprivate func hasText(_ key: String) -> Bool { self[key]?.string?.isEmpty == false }
}

/// Where a Task or a Pipeline comes from.
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

    /// Names what another controller would carry out: Tekton asks for both fields only, whatever stands in them.
    ///
    /// [Tekton: Using Custom Tasks](https://tekton.dev/docs/pipelines/pipelines/#using-custom-tasks)
    package var isCustomTask: Bool { !apiVersion.isEmpty && !kind.isEmpty }
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
