import Docker
import Entrypoint
import Foundation
import Manifests
import Planning
import SystemPackage
import TestSupport
import Testing
import YAML

@testable import Pods

/// Suite `pod`, as far as containers become here what they become on a cluster.
///
/// Left out of the comparison is what a cluster has for its own purposes: containers that prepare the Pod or read its
/// results, volumes that start with `tekton-`, labels and owners, and what only settings of the controller put in.
struct PodBuildVectorsTests {
    @Test func `containers become those of the vectors`() {
        let tally = Vectors.run("pod", part: "containers", where: Self.isBuild) { one in
            let fixture = try Self.fixture(one)
            let expected = one.expected[path: "result", "spec"] ?? [:]
            return try problems(of: try fixture.pod(), fixture.taskRun, expected, one)
        }
        #expect(tally.failures == [])
    }

    @Test func `working directories are made as in the vectors`() {
        let tally = Vectors.run("pod", part: "working directories", where: { $0.operation == "workingDirInit" }) {
            one in
            let steps = (one.input["stepContainers"]?.elements ?? []).enumerated().map { index, container in
                let folder = container["workingDir"]?.string ?? ""
                return "{name: s\(index), image: i, workingDir: \(YAMLNode(folder).jsonText())}"
            }
            let fixture = try PodFixture("steps: [\(steps.joined(separator: ", "))]")
            let folder = try TemporaryFolder()
            let directory = PodDirectory(root: folder.path.appending("pod"), engineSocket: "/run/docker.sock")
            try directory.makeFrame(for: fixture.taskRun, entrypoint: "/bin/true")
            try directory.prepare(for: try fixture.pod())
            let workspace = directory.root.pushing(PodLayout.workspace)
            let made = try FileManager.default.contentsOfDirectory(atPath: workspace.string).sorted()
            let wanted = (one.expected[path: "result", "args"]?.strings ?? []).map {
                FilePath("/workspace").pushing(FilePath($0))
            }
            return differences(
                YAMLNode(made.map { YAMLNode("/workspace/\($0)") }),
                YAMLNode(wanted.map(\.string).sorted().map { YAMLNode($0) })
            )
        }
        #expect(tally.failures == [])
    }

    /// Nobody forbids variables here.
    private static func isBuild(_ one: VectorCase) -> Bool {
        one.operation == "build" && one.input[path: "config", "default-forbidden-env"] == nil
    }

    /// The TaskRun of a case, as a manifest would have it.
    private static func fixture(_ one: VectorCase) throws -> PodFixture {
        let run = one.input["taskRun"] ?? [:]
        let beside = (run["spec"]?.mapping?.entries ?? [])
            .filter { !["taskSpec", "taskRef", "serviceAccountName"].contains($0.key) }
            .map { "\($0.key): \($0.value.jsonText())" }
        var spec = one.input["taskSpec"] ?? [:]
        let volumes = spec["volumes"]?.elements ?? []
        let mounts = (spec["steps"]?.elements ?? []).flatMap { $0["volumeMounts"]?.elements ?? [] }
        let missing = Set(mounts.compactMap { $0["name"]?.string })
            .subtracting(volumes.compactMap { $0["name"]?.string })
        spec["volumes"] = YAMLNode(volumes + missing.map { ["name": YAMLNode($0), "emptyDir": [:]] })
        let annotations = (run[path: "metadata", "annotations"]?.mapping?.entries ?? [])
            .map { ($0.key, $0.value.string ?? "") }
        return try PodFixture(
            spec.jsonText(),
            run: beside.joined(separator: "\n"),
            annotations: Dictionary(annotations) { $1 }
        )
    }

    private func problems(
        of pod: PodPlan,
        _ taskRun: TaskRunPlan,
        _ expected: YAMLNode,
        _ one: VectorCase
    ) throws -> [String] {
        let containers = taskRun.podSpec.steps.map(\.container) + taskRun.podSpec.sidecars.map(\.container)
        let found = try zip(pod.steps + pod.sidecars, containers).map { try view(of: $0, $1) }
        // Sidecars of Kubernetes' own kind stand among the containers that run before the steps.
        let all = (expected["containers"]?.elements ?? []) + (expected["initContainers"]?.elements ?? [])
        let wanted = try all.filter { container in
            let name = container["name"]?.string ?? ""
            return name.hasPrefix("step-") || (name.hasPrefix("sidecar-") && name != "sidecar-tekton-log-results")
        }.map { try view(of: $0) }
        return differences(YAMLNode(found), YAMLNode(wanted), at: "containers")
            + differences(volumes(of: pod), volumes(of: expected), at: "volumes")
            + differences(network(of: pod), network(of: expected), at: "network")
    }

    // MARK: - Containers

    private func view(of container: PlannedContainer, _ written: Container) throws -> YAMLNode {
        let command: YAMLNode
        if case .step = container.role {
            command = text(of: try container.arguments)
        } else {
            command = YAMLNode((container.configuration.entrypoint ?? []) + (container.configuration.command ?? []))
        }
        let environment = container.configuration.env.map { variable in
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts[1])
        }
        return [
            "name": YAMLNode(container.containerName), "image": YAMLNode(written.image), "command": command,
            "workingDir": YAMLNode(container.configuration.workingDir ?? ""),
            "env": YAMLNode(Dictionary(environment) { $1 }),
            "requests": YAMLNode(written.resources.requests), "limits": YAMLNode(written.resources.limits),
            "mounts": YAMLNode(
                container.mounts.compactMap { mount in
                    guard case .volume(let name, let subPath) = mount.source else { return nil }
                    return [
                        "name": YAMLNode(name), "path": YAMLNode(mount.target.string),
                        "subPath": YAMLNode(subPath.string), "readOnly": YAMLNode(String(mount.isReadOnly)),
                    ]
                }
            ),
            "written": YAMLNode(
                container.mounts.filter { mount in
                    guard case .pod = mount.source else { return false }
                    return !mount.isReadOnly && !Self.isElsewhere(mount.target.string)
                }.map(\.target.string).sorted().map { YAMLNode($0) }
            ),
        ]
    }

    private func view(of container: YAMLNode) throws -> YAMLNode {
        let name = container["name"]?.string ?? ""
        let words = (container["command"]?.strings ?? []) + (container["args"]?.strings ?? [])
        let folder = container["workingDir"]?.string ?? ""
        let mounts = container["volumeMounts"]?.elements ?? []
        let isOwn = { (mount: YAMLNode) in Self.isOwn(mount["name"]?.string ?? "") }
        let environment = (container["env"]?.elements ?? []).map {
            ($0["name"]?.string ?? "", $0["value"]?.string ?? "")
        }
        return [
            "name": YAMLNode(name), "image": container["image"] ?? "",
            "command": name.hasPrefix("step-")
                ? text(of: try StepArguments(parsing: Self.withoutSettings(Array(words.dropFirst()))))
                : YAMLNode((words.isEmpty ? PodFixture.image.command : words).map(Self.withoutSuffix)),
            "workingDir": YAMLNode(folder.isEmpty ? "" : FilePath("/workspace").pushing(FilePath(folder)).string),
            "env": YAMLNode(Dictionary(environment) { $1 }),
            "requests": container[path: "resources", "requests"] ?? [:],
            "limits": container[path: "resources", "limits"] ?? [:],
            "mounts": YAMLNode(
                mounts.filter { !isOwn($0) }.map { mount in
                    [
                        "name": mount["name"] ?? "", "path": mount["mountPath"] ?? "",
                        "subPath": mount["subPath"] ?? "",
                        "readOnly": YAMLNode(String(mount["readOnly"]?.bool ?? false)),
                    ]
                }
            ),
            "written": YAMLNode(
                mounts.filter { isOwn($0) && $0["readOnly"]?.bool != true }
                    .compactMap { $0["mountPath"]?.string }.filter { !Self.isElsewhere($0) }
                    .sorted().map { YAMLNode($0) }
            ),
        ]
    }

    /// What the entrypoint is told, but for whose results it hands over how; here the first step waits for sidecars
    /// only where there are some.
    private func text(of arguments: StepArguments) -> YAMLNode {
        var arguments = arguments
        arguments.reportDirectory = nil
        arguments.reportsLargeResults = false
        arguments.resultExtraction = .terminationMessage
        if arguments.waitFileContent { arguments.waitFiles = [] }
        arguments.waitFileContent = false
        arguments.command = arguments.command.map(Self.withoutSuffix)
        return YAMLNode(arguments.commandLine)
    }

    /// A script's name without what Tekton adds by chance: `/tekton/scripts/script-0-9l9zj`.
    private static func withoutSuffix(_ word: String) -> String {
        word.wholeMatch(of: /(\/tekton\/scripts\/(?:sidecar-)?script-\d+)-.*/).map { String($0.output.1) } ?? word
    }

    /// Without the flags that only settings of a cluster give.
    private static func withoutSettings(_ words: [String]) -> [String] {
        words.filter { !$0.hasPrefix("-compress_termination_message") && $0 != "-enable_spire" }
    }

    /// Whether a place is filled in another way here: a step's credentials and message, and what breakpoints need.
    private static func isElsewhere(_ path: String) -> Bool {
        ["/tekton/creds", "/tekton/termination"].contains(path) || path.hasPrefix("/tekton/debug/")
    }

    /// Whether a volume is there for a cluster's own purposes.
    private static func isOwn(_ volume: String) -> Bool { volume.hasPrefix("tekton-") || volume.hasPrefix("spiffe-") }

    // MARK: - Pods

    private func volumes(of pod: PodPlan) -> YAMLNode { YAMLNode(pod.volumes.keys.sorted().map { YAMLNode($0) }) }

    private func volumes(of spec: YAMLNode) -> YAMLNode {
        // Kubernetes, and not Tekton, sees that a volume is missing; here it was added.
        let mounts = (spec["containers"]?.elements ?? []).flatMap { $0["volumeMounts"]?.elements ?? [] }
        let names = ((spec["volumes"]?.elements ?? []) + mounts).compactMap { $0["name"]?.string }
        let others = Set(names.filter { !Self.isOwn($0) })
        return YAMLNode(others.sorted().map { YAMLNode($0) })
    }

    private func network(of pod: PodPlan) -> YAMLNode {
        [
            "host": YAMLNode(String(pod.network.networkMode == .host)), "hosts": YAMLNode(pod.network.extraHosts),
            "dns": YAMLNode(pod.network.dns), "search": YAMLNode(pod.network.dnsSearch),
            "sysctls": YAMLNode(pod.network.sysctls),
        ]
    }

    private func network(of spec: YAMLNode) -> YAMLNode {
        let hosts = (spec["hostAliases"]?.elements ?? []).flatMap { alias in
            (alias["hostnames"]?.strings ?? []).map { "\($0):\(alias["ip"]?.string ?? "")" }
        }
        let sysctls = (spec[path: "securityContext", "sysctls"]?.elements ?? [])
            .map { ($0["name"]?.string ?? "", $0["value"]?.string ?? "") }
        return [
            "host": YAMLNode(String(spec["hostNetwork"]?.bool ?? false)), "hosts": YAMLNode(hosts),
            "dns": spec[path: "dnsConfig", "nameservers"] ?? [], "search": spec[path: "dnsConfig", "searches"] ?? [],
            "sysctls": YAMLNode(Dictionary(sysctls) { $1 }),
        ]
    }
}
