import Manifests
import YAML

/// Something of a repository that can be run, with what it is started by.
struct RepositoryCandidate {
    /// What is run when nothing is named, the best first.
    enum Rank: Int, Comparable {
        case pipelineRun, template, pipeline, taskRun, task

        static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    var rank: Rank
    var found: FoundDocument

    var document: Document { found.document }

    /// What it is called as a TARGET, nil if it has no name.
    var target: String? {
        let name = document.metadata.name
        guard !name.isEmpty else { return nil }
        return switch rank {
        case .pipelineRun, .taskRun: "run/\(name)"
        case .template: "triggertemplate/\(name)"
        case .pipeline: "pipeline/\(name)"
        case .task: "task/\(name)"
        }
    }

    /// For people, like `Pipeline build`.
    var title: String {
        let name = document.metadata.name
        return "\(document.kind) \(name.isEmpty ? document.metadata.generateName : name)"
    }

    /// Everything that can be run; Pipelines that others refer to left out.
    static func all(in documents: [FoundDocument]) -> [RepositoryCandidate] {
        let referenced = Set(documents.flatMap { ManifestReferences(in: $0.document.root).pipelines })
        return documents.compactMap { found in
            let rank: Rank
            switch (found.document.kind, found.document.isTekton) {
            case ("PipelineRun", true): rank = .pipelineRun
            case ("TriggerTemplate", false) where TriggerTemplate(found.document).startsRuns: rank = .template
            case ("Pipeline", true) where !referenced.contains(found.document.metadata.name): rank = .pipeline
            case ("TaskRun", true): rank = .taskRun
            case ("Task", true), ("ClusterTask", true): rank = .task
            default: return nil
            }
            return RepositoryCandidate(rank: rank, found: found)
        }
    }
}

/// The names that a document gives to others.
struct ManifestReferences {
    private(set) var pipelines: Set<String> = []
    private(set) var tasks: Set<String> = []
    private(set) var stepActions: Set<String> = []
    /// Every text that could be a name.
    private(set) var texts: Set<String> = []

    init(in node: YAMLNode) { read(node, key: "") }

    private mutating func read(_ node: YAMLNode, key: String) {
        switch node.content {
        case .string(let text): if text.utf8.count <= 253 { texts.insert(text) }
        case .sequence(let nodes): for node in nodes { read(node, key: key) }
        case .mapping(let mapping):
            if let name = node["name"]?.string, node["resolver"] == nil {
                switch key {
                case "pipelineRef": pipelines.insert(name)
                case "taskRef": tasks.insert(name)
                case "ref": stepActions.insert(name)
                default: break
                }
            }
            for entry in mapping.entries { read(entry.value, key: entry.key) }
        default: break
        }
    }
}
