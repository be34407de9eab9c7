import Foundation
import Testing

/// Runs on the engine whose clones are fed from the working tree.
@Suite(.needsEngine)
struct SourceRunTests {
    private func withFixture(_ body: (SourceFixture) async throws -> Void) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let fixture = try SourceFixture(scratch: scratch)
            try fixture.writeCloneTask()
            try fixture.write(SourceFixture.pipeline, to: "tekton/pipeline.yaml")
            try fixture.write(SourceFixture.run, to: "tekton/run.yaml")
            try await body(fixture)
        }
    }

    @Test(arguments: [true, false])
    func `a test sees the change that is not committed, and HEAD when that is asked for`(isFixed: Bool) async throws {
        try await withFixture { fixture in
            try fixture.write(isFixed ? "exit 1\n" : "cat new.txt\n", to: "check.sh")
            if !isFixed { try fixture.write("there\n", to: "new.txt") }
            let head = try fixture.commit()
            if isFixed {
                try fixture.write("cat new.txt\n", to: "check.sh")
                try fixture.write("there\n", to: "new.txt")
            } else {
                try fixture.write("exit 1\n", to: "check.sh")
            }
            let before = try fixture.everything()

            let changed = try await fixture.program.run("-o", "json")
            #expect(changed.status == (isFixed ? 0 : 1), "\(changed.errors)")
            let counts = isFixed ? "1 changed + 1 untracked" : "1 changed"
            #expect(changed.errors.contains("Source   working tree: HEAD \(head.prefix(7)) on main + \(counts)\n"))
            #expect(changed.errors.contains("fed from the working tree, not from the network"), "\(changed.errors)")
            if isFixed {
                let commit = try commit(of: changed)
                #expect(commit != head)
                #expect(commit.count == 40)
            }

            let committed = try await fixture.program.run("run", "--source", "HEAD", "-o", "json")
            #expect(committed.status == (isFixed ? 1 : 0), "\(committed.errors)")
            if !isFixed { #expect(try commit(of: committed) == head) }
            #expect(try fixture.everything() == before)
        }
    }

    @Test func `with a manifest nothing is fed unless it is asked for`() async throws {
        try await withFixture { fixture in
            try fixture.write("true\n", to: "check.sh")
            let head = try fixture.commit()
            let plain = try await fixture.program.run("run", "-f", "tekton", "-o", "json")
            #expect(plain.status == 1)
            #expect(!plain.errors.contains("Source "), "\(plain.errors)")

            let fed = try await fixture.program.run("run", "-f", "tekton", "--source", "main", "-o", "json")
            #expect(fed.status == 0, "\(fed.errors)")
            #expect(fed.errors.contains("Source   revision main (\(head.prefix(7)))\n"), "\(fed.errors)")
            #expect(try commit(of: fed) == head)
        }
    }

    @Test func `a TriggerTemplate runs with what is given for its params`() async throws {
        try await withFixture { fixture in
            try FileManager.default.removeItem(at: fixture.program.directory.appending(path: "tekton/run.yaml"))
            try fixture.write(SourceFixture.template, to: "tekton/template.yaml")
            try fixture.write("true\n", to: "check.sh")
            let ended = try await fixture.program.run("-p", "repository-url=git://git.example/team/app")
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.errors.contains("Found    TriggerTemplate push in tekton/template.yaml:1"), "\(ended.errors)")
            #expect(ended.errors.contains("no commit yet on main"))
        }
    }

    @Test func `a run without a clone of this repository says that nothing is fed`() async throws {
        try await withFixture { fixture in
            try fixture.write("true\n", to: "check.sh")
            let ended = try await fixture.program.run(
                "-p",
                "git_url=https://127.0.0.1:1/other/app",
                "-o",
                "json"
            )
            #expect(ended.status == 1)
            #expect(ended.errors.contains("nothing is fed from it"), "\(ended.errors)")
        }
    }

    /// The result of the run.
    private func commit(of ended: Program.Ended) throws -> String {
        let status = try #require(try ended.objects().first?["status"] as? [String: Any])
        let results = try #require(status["results"] as? [[String: Any]])
        return try #require(results.first?["value"] as? String)
    }
}
