import ArgumentParser
import Docker
import YAML

/// `drydock doctor`: what may keep runs from working here, each with its fix.
struct Doctor: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json }

    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the engine and this machine for what may keep runs from working.",
        discussion: """
            With -f, also at what those runs need; with --offline, at whether they can do without a network.

            Exit codes: 0 nothing keeps a run from working, 69 something does.
            """
    )

    @OptionGroup var needed: NeedInputs

    @Flag(name: .customLong("offline"), help: "Count an image or a mirror that is missing as a problem.")
    var isOffline = false

    @Option(name: .shortAndLong, help: "Print JSON.")
    var output: Format?

    @Flag(name: [.customShort("C"), .customLong("no-color")], help: "No colours.")
    var noColor = false

    func run() async throws {
        let context = Context.current
        let isAsked = !needed.inputs.files.isEmpty || needed.target != nil
        let needs = isAsked ? try await needed.needs(context, isOffline: isOffline) : nil
        let findings = await findings(for: needs, context)
        if output == .json {
            context.output.write(YAMLNode(findings.map(\.object)).jsonText(pretty: true) + "\n")
        } else {
            write(findings, context)
            if isOffline, needs == nil {
                context.say("name a pipeline with -f to see whether its images and repositories are here")
            }
        }
        guard findings.contains(where: { $0.level == .problem }) else { return }
        throw ExitStatus.engineUnavailable.exitCode
    }

    private func findings(for needs: RunNeeds?, _ context: Context) async -> [Finding] {
        var findings: [Finding] = []
        let program = Result { try EntrypointProgram.find() }
        if case .failure(let error) = program { findings.append(.problem("Installation", Self.text(of: error))) }
        let docker: DockerClient?
        do {
            let client = try await EngineAccess(context: context).connect()
            findings += await EngineChecks(context: context, docker: client, entrypoint: try? program.get()).findings()
            docker = client
        } catch {
            findings.append(.problem("Engine", Self.text(of: error)))
            docker = nil
        }
        findings += MachineChecks(context: context).findings()
        if let needs {
            let mirrors = context.directories.mirrors(isOffline: true)
            let checks = ReadinessChecks(needs: needs, isOffline: isOffline, mirrors: mirrors)
            findings += await checks.findings(on: docker)
        }
        await docker?.shutdown()
        return findings
    }

    private func write(_ findings: [Finding], _ context: Context) {
        let style = Style(
            noColorFlag: noColor,
            isTerminal: context.output.isTerminal,
            environment: context.environment
        )
        for finding in findings { context.output.write(finding.text(style)) }
        let problems = findings.filter { $0.level == .problem }.count
        let warnings = findings.filter { $0.level == .warning }.count
        context.output.write("\(Self.count(problems, "problem")), \(Self.count(warnings, "warning"))\n")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func text(of error: any Error) -> String {
        (error as? CommandFailure)?.message ?? "\(error)"
    }
}
