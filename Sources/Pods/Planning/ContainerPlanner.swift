import Docker
import Entrypoint
import Manifests
import Planning
import SystemPackage
import YAML

/// Plans the containers of one TaskRun.
struct ContainerPlanner {
    var taskRun: TaskRunPlan
    var surroundings: PodPlan.Surroundings
    var template: PodTemplate
    var socket: SharedSocket

    func step(_ step: Step, index: Int, waitsForSidecars: Bool) throws(Refusal) -> PlannedContainer {
        let name = step.name.isEmpty ? "unnamed-\(index)" : step.name
        let container = socket.redirected(step.container)
        let image = try image(of: container)
        let variables = try environment.variables(of: container)
        let script = container.script.isEmpty ? nil : PlannedScript(name: "script-\(index)", text: container.scriptFile)
        let program = commandLine(of: container, script: script, image: image, variables: variables)
        guard !program.isEmpty else { throw .configuration("no command specified") }

        var arguments = StepArguments(command: program)
        if index > 0 {
            arguments.waitFiles = ["/tekton/run/\(index - 1)/out"]
        } else if waitsForSidecars {
            arguments.waitFiles = [PodLayout.inContainer(PodLayout.ready).string]
            arguments.waitFileContent = true
        }
        arguments.postFile = "/tekton/run/\(index)/out"
        arguments.stepMetadataDirectory = "/tekton/run/\(index)/status"
        arguments.reportDirectory = PodLayout.inContainer(PodLayout.report(index)).string
        arguments.reportsLargeResults = surroundings.resultLimit != .message
        arguments.results = taskRun.spec.results.filter { $0.value == nil }.map(\.name)
        arguments.stepResults = step.results.map(\.name)
        arguments.when = step.when.map { expression in
            guard !expression.isCEL else { return .cel(expression.cel) }
            return .comparison(
                input: expression.input,
                isNegated: expression.operator == "notin",
                values: expression.values
            )
        }
        arguments.breakpointOnFailure = taskRun.breakpoints.onFailure
        arguments.breakpointBeforeStep = taskRun.breakpoints.beforeSteps.contains(name)
        arguments.timeout = GoDuration(step.timeout).flatMap { limit in
            limit > .zero ? .nanoseconds(limit.nanoseconds) : nil
        }
        arguments.onError = step.onError == .continue ? .continue : nil
        arguments.stdoutPath = step.stdoutPath.isEmpty ? nil : step.stdoutPath
        arguments.stderrPath = step.stderrPath.isEmpty ? nil : step.stderrPath

        var configuration = try configuration(of: container, name: "step-\(name)", image: image)
        configuration.entrypoint = [PodLayout.inContainer(PodLayout.entrypoint).string]
        configuration.command = arguments.commandLine
        configuration.env = variables.map { "\($0.name)=\($0.value)" }
        if surroundings.isHermetic {
            configuration.env = configuration.env.filter { !$0.hasPrefix("TEKTON_HERMETIC=") } + ["TEKTON_HERMETIC=1"]
        }
        return PlannedContainer(
            role: .step(index),
            name: name,
            containerName: "step-\(name)",
            image: image,
            configuration: configuration,
            mounts: mounts(of: step.container, own: ownMounts(ofStep: index)),
            script: script,
            hasNoNetwork: surroundings.isHermetic,
            continuesOnError: step.onError == .continue
        )
    }

    func sidecar(_ sidecar: Sidecar, index: Int) throws(Refusal) -> PlannedContainer {
        let name = sidecar.name.isEmpty ? "unnamed-\(index)" : sidecar.name
        let container = sidecar.container
        let image = try image(of: container)
        let variables = try environment.variables(of: container)
        let script =
            container.script.isEmpty
            ? nil : PlannedScript(name: "sidecar-script-\(index)", text: container.scriptFile)
        let program = commandLine(of: container, script: script, image: image, variables: variables)
        guard let first = program.first else { throw .configuration("no command specified") }

        var configuration = try configuration(of: container, name: "sidecar-\(name)", image: image)
        configuration.entrypoint = [first]
        configuration.command = Array(program.dropFirst())
        configuration.env = variables.map { "\($0.name)=\($0.value)" }
        let scripts = PlannedMount(
            source: .pod(PodLayout.scripts),
            target: PodLayout.inContainer(PodLayout.scripts),
            isReadOnly: true
        )
        return PlannedContainer(
            role: .sidecar,
            name: name,
            containerName: "sidecar-\(name)",
            image: image,
            configuration: configuration,
            mounts: mounts(of: container, own: script == nil ? [] : [scripts]),
            script: script,
            startupProbe: sidecar.startupProbe.flatMap { $0.action == nil ? nil : $0 },
            readinessProbe: sidecar.readinessProbe.flatMap { $0.action == nil ? nil : $0 },
            namedPorts: namedPorts(ofSidecar: index)
        )
    }

    private func namedPorts(ofSidecar index: Int) -> [String: Int] {
        let sidecars = taskRun.spec.node["sidecars"]?.elements ?? []
        guard sidecars.indices.contains(index) else { return [:] }
        let ports = (sidecars[index]["ports"]?.elements ?? []).compactMap { port in
            port["name"]?.string.flatMap { name in port["containerPort"]?.integer.map { (name, $0) } }
        }
        return Dictionary(ports, uniquingKeysWith: { _, last in last })
    }

    private var environment: ContainerEnvironment {
        ContainerEnvironment(keyed: surroundings.keyed, pod: surroundings.pod, machine: surroundings.machine)
    }

    private func image(of container: Container) throws(Refusal) -> PodImage {
        guard let image = surroundings.images[container.image] else {
            throw .configuration("image \"\(container.image)\" is not on the engine")
        }
        return image
    }

    private func commandLine(
        of container: Container,
        script: PlannedScript?,
        image: PodImage,
        variables: [(name: String, value: String)]
    ) -> [String] {
        let values = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        let args = container.args.map { VariableExpansion.expand($0, with: values) }
        if let script {
            return [PodLayout.inContainer(PodLayout.scripts.appending(script.name)).string] + args
        }
        guard let command = container.command else { return image.commandLine(args: args) }
        return command.map { VariableExpansion.expand($0, with: values) } + args
    }

    // MARK: - Mounts

    private func ownMounts(ofStep index: Int) -> [PlannedMount] {
        func open(_ path: FilePath, at target: FilePath? = nil) -> PlannedMount {
            PlannedMount(source: .pod(path), target: target ?? PodLayout.inContainer(path))
        }
        let debugInfo = PlannedMount(
            source: .pod(PodLayout.debugInfo(of: index)),
            target: PodLayout.inContainer(PodLayout.debugInfo),
            isReadOnly: true
        )
        return [
            PlannedMount(
                source: .pod(PodLayout.tekton),
                target: PodLayout.inContainer(PodLayout.tekton),
                isReadOnly: true
            )
        ] + (taskRun.breakpoints.isEmpty ? [] : [debugInfo]) + [
            open(PodLayout.run(index)),
            open(PodLayout.home),
            open(PodLayout.results),
            open(PodLayout.artifacts),
            open(PodLayout.workspace),
            open(PodLayout.credentials(index), at: "/tekton/creds"),
            open(PodLayout.termination(index), at: "/tekton/termination"),
        ]
    }

    /// All mounts of a container; where two have the same place, what the Task asks for wins.
    private func mounts(of container: Container, own: [PlannedMount]) -> [PlannedMount] {
        var mounts: [PlannedMount] = []
        var taken: Set<FilePath> = []
        func add(_ mount: PlannedMount) {
            if taken.insert(mount.target).inserted { mounts.append(mount) }
        }
        for path in socket.socketPaths(in: container) {
            add(PlannedMount(source: .engineSocket, target: path))
        }
        for mount in container.volumeMounts {
            let subPath = FilePath(mount.subPath).lexicallyNormalized()
            add(
                PlannedMount(
                    source: .volume(mount.name, subPath: subPath),
                    target: FilePath(mount.mountPath).lexicallyNormalized(),
                    isReadOnly: mount.isReadOnly
                )
            )
        }
        for mount in own { add(mount) }
        return mounts
    }
}
