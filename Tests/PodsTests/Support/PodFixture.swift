import Docker
import Entrypoint
import Manifests
import Planning
import SystemPackage
import Testing
import YAML

@testable import Pods

/// A TaskRun as a test writes it, planned for an engine that has the images it names.
struct PodFixture {
    private(set) var taskRun: TaskRunPlan
    let manifests: ManifestSet

    /// - Parameters:
    ///   - spec: The body of the TaskRun's `taskSpec`, YAML indented as one likes.
    ///   - run: What stands beside `taskSpec` in the TaskRun's `spec`.
    ///   - others: Further documents.
    ///   - annotations: Those of the TaskRun.
    /// - Throws: If Tekton would refuse the TaskRun.
    init(_ spec: String, run: String = "", others: String = "", annotations: [String: String] = [:]) throws {
        let text = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata:
              {name: build, namespace: shop, labels: {app: web}, annotations: \(YAMLNode(annotations).jsonText())}
            spec:
            \(run.indented(2))
              taskSpec:
            \(spec.indented(4))
            """
        var loader = ManifestLoader(defaultNamespace: "shop")
        let problems = loader.load(text: text, file: "run.yaml") + loader.load(text: others, file: "others.yaml")
        #expect(problems.map(\.message) == [])
        manifests = loader.set
        let document = try #require(manifests.all(kind: "TaskRun").first)
        taskRun = try TaskRunPlanner.plan(document, task: nil, manifests: manifests, retry: 0).get()
    }

    /// Gives a workspace as the command line may.
    mutating func bind(_ workspace: String, to source: VolumeSource) {
        for index in taskRun.workspaces.indices where taskRun.workspaces[index].name == workspace {
            taskRun.workspaces[index].source = source
        }
    }

    static let image = PodImage(reference: "busybox", id: "sha256:1", entrypoint: [], command: ["sh"])

    /// Plans the Pod; every image is like the one given, under its own name.
    func pod(image: PodImage = Self.image, processors: Int = 8) throws(Refusal) -> PodPlan {
        let names = (taskRun.spec.steps.map(\.container) + taskRun.spec.sidecars.map(\.container)).map(\.image)
        var images: [String: PodImage] = [:]
        for name in names { images[name] = image }
        return try PodPlan(
            taskRun,
            PodPlan.Surroundings(
                images: images,
                keyed: KeyedValues(manifests: manifests, namespace: taskRun.namespace),
                pod: PodIdentity(taskRun, retry: 0, uid: "u-1", nodeName: "laptop"),
                machine: MachineSize(processors: processors, memory: 16 << 30),
                isHermetic: taskRun.isHermetic,
                labels: ["run": "1"]
            )
        )
    }

    /// What Tekton or Kubernetes would say against the Pod.
    func refusal(image: PodImage = Self.image) -> Refusal? {
        do {
            _ = try pod(image: image)
            return nil
        } catch {
            return error
        }
    }

    /// The first step of the Pod.
    func step(image: PodImage = Self.image) throws -> PlannedContainer {
        try #require(try pod(image: image).steps.first)
    }
}

extension PlannedContainer {
    /// What the entrypoint is told.
    var arguments: StepArguments {
        get throws { try StepArguments(parsing: configuration.command ?? []) }
    }

    func mount(at target: FilePath) -> PlannedMount? { mounts.first { $0.target == target } }

    func variable(_ name: String) -> String? {
        configuration.env.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}

extension String {
    fileprivate func indented(_ count: Int) -> String {
        split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
}
