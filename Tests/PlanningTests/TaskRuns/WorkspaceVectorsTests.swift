import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `workspaces`: what volumes and mounts the workspaces of a run become.
struct WorkspaceVectorsTests {
    @Test func `workspaces become the volumes and mounts of the vectors`() {
        let tally = Vectors.run("workspaces") { one in
            let bindings = one.input["workspaceBindings"]?.elements ?? []
            let spec = one.input["taskSpec"] ?? [:]
            switch one.operation {
            case "createVolumes":
                let entries = WorkspaceVolumes(bindings).entries.map {
                    YAMLMapping.Entry(key: $0.workspace, value: $0.volume)
                }
                return differences(YAMLNode(.mapping(YAMLMapping(entries))), one.expected["result"])
            case "apply":
                let found = WorkspaceVolumes(bindings).apply(to: spec, bindings: bindings)
                return differences(found, one.expected["result"])
            case "usedByTask":
                switch WorkspaceReferences.names(in: spec) {
                case .success(let names): return differences(YAMLNode(names), one.expected["result"])
                case .failure(let problem): return differences(YAMLNode(problem.message), one.expected["error"])
                }
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(tally.failures == [])
    }
}
