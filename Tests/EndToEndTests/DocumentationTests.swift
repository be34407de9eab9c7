import Foundation
import Testing

/// Every example of the documentation runs, and what is shown is what comes out.
@Suite(.needsEngine)
struct DocumentationTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var file: String
        var command: String
        /// What the documentation shows below the command, nil if it shows nothing.
        var shown: [String]?

        var testDescription: String { "\(file): \(command)" }
    }

    private static let files = [
        "README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/offline.md", "docs/resolvers.md",
        "samples/course/README.md",
    ]

    private static func text(of file: String) throws -> String {
        try String(contentsOf: Program.packageFolder.appending(path: file), encoding: .utf8)
    }

    /// The commands that stand in code blocks by themselves.
    static let examples: [Example] = files.flatMap { file -> [Example] in
        // A file that cannot be read has no examples, which the count below tells.
        let lines = ((try? text(of: file)) ?? "").components(separatedBy: "\n")
        var examples: [Example] = []
        var isConsole = false
        for line in lines {
            if line.hasPrefix("```") {
                isConsole = line == "```console"
            } else if isConsole, line.hasPrefix("$ ") {
                examples.append(Example(file: file, command: String(line.dropFirst(2)), shown: []))
            } else if isConsole, !examples.isEmpty {
                examples[examples.count - 1].shown?.append(line)
            } else if line.hasPrefix("    drydock ") {
                examples.append(Example(file: file, command: line.trimmingCharacters(in: .whitespaces)))
            }
        }
        return examples
    }

    @Test func `there are examples`() { #expect(Self.examples.count >= 5) }

    @Test(arguments: examples)
    func `an example runs and gives what is shown`(_ example: Example) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try copySamples(to: program.directory)
            let words = example.command.split(separator: " ").map(String.init)
            try #require(words.first == "drydock")
            let environment = ["LC_ALL": "C.UTF-8"]
            if words.contains("verify") || words.contains("--locked") {
                let locked = try await program.run("refs", "lock", "-f", "samples/references.yaml")
                #expect(locked.status == 0, "\(locked.errors)")
            }
            let ended = try await program.start(Array(words.dropFirst()), environment: environment).ended()
            #expect(ended.status == 0, "\(ended.errors)")
            guard let shown = example.shown else { return }
            let given = (ended.errors + ended.output).components(separatedBy: "\n")
            #expect(Self.comparable(given) == Self.comparable(shown))
        }
    }

    /// The samples with the image of the tests: nothing is pulled.
    private func copySamples(to directory: URL) throws {
        let source = Program.packageFolder.appending(path: "samples")
        let target = directory.appending(path: "samples")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name.hasSuffix(".yaml") {
            let text = try String(contentsOf: source.appending(path: name), encoding: .utf8)
            let ours = text.replacingOccurrences(of: "image: busybox", with: "image: \(Engine.image)")
            try Data(ours.utf8).write(to: target.appending(path: name))
        }
    }

    /// Lines without what differs from run to run: names that were made up, times, the engine's version.
    private static func comparable(_ lines: [String]) -> [String] {
        lines.map { line in
            line.replacing(/-[a-z0-9]{5}\b/, with: "-NAME").replacing(/(?:[0-9]+m)?[0-9.]+m?s\b/, with: "TIME")
                .replacing(/Docker .*/, with: "Docker")
        }
        // Other tests kill runs, and whichever command comes next tidies up after them.
        .filter { !$0.isEmpty && $0.firstMatch(of: /^removed \d+ leftovers? of earlier runs$/) == nil }
    }

    @Test(arguments: ["demo", "test", "setup", "lint", "bench", "install"])
    func `a script that the documentation names is there`(_ name: String) throws {
        let path = Program.packageFolder.appending(path: "scripts/\(name)").path
        #expect(FileManager.default.isExecutableFile(atPath: path))
        let isNamed = try Self.files.contains { try Self.text(of: $0).contains("scripts/\(name)") }
        #expect(isNamed)
    }
}
