import Foundation
import Testing

/// What a user reads whose repository holds nothing to run, too much, or not enough to run it.
struct SourceUsageTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var files: [String: String]
        var arguments: [String] = []
        var status: Int32
        var says: [String]
        var saysNot: [String] = []

        init(
            _ name: String,
            _ files: [String: String],
            _ arguments: [String] = [],
            status: Int32,
            says: [String],
            saysNot: [String] = []
        ) {
            testDescription = name
            self.files = files
            self.arguments = arguments
            self.status = status
            self.says = says
            self.saysNot = saysNot
        }
    }

    private static func task(_ name: String, image: String = "busybox") -> String {
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: \(name)}
        spec:
          steps: [{name: s, image: \(image), script: "true"}]
        """
    }

    private static func run(_ name: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {\(name)}
        spec:
          taskRef: {name: build}
        """
    }

    static let mistakes = [
        Mistake(
            "nothing that is Tekton's",
            [
                "a.yaml": "apiVersion: v1\nkind: Service\n", "b.yml": "list: [1]\n", "notes.txt": "tekton.dev/",
                "chart/Chart.yaml": "name: x\n", "chart/templates/a.yaml": "kind: {{ .Values.tekton }} tekton.dev/\n",
            ],
            status: 66,
            says: ["4 YAML files: 1 Kubernetes, 2 Helm, 1 other", "name a manifest with -f"]
        ),
        Mistake("no YAML at all", ["a.txt": "x"], status: 66, says: ["it has no YAML file"]),
        Mistake(
            "several Tasks",
            ["a.yaml": task("build"), "b.yaml": task("release")],
            status: 64,
            says: [
                "there is more than one Task to run", "\n  drydock run task/build\n", "\n  drydock run task/release\n",
            ]
        ),
        Mistake(
            "several runs, one of them without a name",
            [
                "t.yaml": task("build"), "a.yaml": run("name: first"), "b/c.yaml": run("generateName: second-"),
            ],
            ["-p", "a=b c"],
            status: 64,
            says: [
                "\n  drydock run run/first -p 'a=b c'\n",
                "\n  drydock run -f b/c.yaml -f t.yaml --source worktree -p 'a=b c'\n",
            ]
        ),
        Mistake(
            "two Tasks of one name, equally near",
            ["x/t.yaml": task("build"), "y/t.yaml": task("build", image: "alpine"), "run.yaml": run("name: first")],
            status: 64,
            says: ["two different documents for Task 'build'", "x/t.yaml:1", "y/t.yaml:1", "with -f"]
        ),
        Mistake(
            "a Pipeline without params and workspaces",
            ["p.yaml": SourceFixture.pipeline, "t.yaml": task("git-clone")],
            status: 64,
            says: [
                "Pipeline check needs a value for git_url (no default) and a workspace for source",
                "\n  drydock run pipeline/check -p git_url=git@git.example:team/app.git "
                    + "-w name=source,claimName=source\n",
            ]
        ),
        Mistake(
            "a TriggerTemplate without a delivery",
            ["p.yaml": SourceFixture.pipeline, "t.yaml": SourceFixture.template],
            status: 64,
            says: [
                "TriggerTemplate push needs a value for repository-url (no default)",
                "\n  drydock run triggertemplate/push -p repository-url=git@git.example:team/app.git\n",
            ],
            saysNot: ["unused"]
        ),
        Mistake(
            "a target that is not there",
            ["a.yaml": task("build")],
            ["task/nowhere"],
            status: 66,
            says: ["there is no task 'nowhere' in the manifests; there are: build"]
        ),
        Mistake(
            "a TriggerTemplate that is not there",
            ["t.yaml": SourceFixture.template],
            ["triggertemplate/pull"],
            status: 66,
            says: ["there is no TriggerTemplate 'pull'", "there are: push"]
        ),
        Mistake(
            "a mistake in what runs",
            ["a.yaml": task("build").replacingOccurrences(of: "script", with: "skript"), "other.yaml": ": ["],
            ["task/build"],
            status: 65,
            says: ["a.yaml:5:", "skript"],
            saysNot: ["other.yaml"]
        ),
        Mistake(
            "an unknown revision",
            ["a.yaml": task("build")],
            ["--source", "nowhere"],
            status: 64,
            says: ["--source 'nowhere' is no revision of", "expected worktree, staged, HEAD, none, or a branch"]
        ),
        Mistake(
            "HEAD before the first commit",
            ["a.yaml": task("build")],
            ["--source", "HEAD"],
            status: 64,
            says: ["has no commit yet"]
        ),
        Mistake(
            "a source for the Task's own image",
            ["a.yaml": task("build")],
            ["--source", "worktree", "--clone", "image"],
            status: 64,
            says: ["--source and --clone image exclude each other"]
        ),
        Mistake(
            "Kustomize bases",
            [
                "base/kustomization.yaml": "resources: [t.yaml]\n", "base/t.yaml": task("build"),
                "over/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n",
                "over/p.yaml": task("build", image: "alpine"),
            ],
            status: 66,
            says: ["4 YAML files: 4 Kustomize", "base/t.yaml, over/p.yaml", "kustomize build"]
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake gets one clear message and its exit code`(_ mistake: Mistake) async throws {
        try await withScratch { scratch in
            let fixture = try SourceFixture(scratch: scratch)
            for (name, text) in mistake.files { try fixture.write(text, to: name) }
            let before = try fixture.everything()
            let ended = try await fixture.program.run(["run"] + mistake.arguments)
            #expect(ended.status == mistake.status, "\(ended.errors)")
            for text in mistake.says { #expect(ended.errors.contains(text), "\(text)\n\(ended.errors)") }
            for text in mistake.saysNot { #expect(!ended.errors.contains(text), "\(ended.errors)") }
            #expect(ended.output == "")
            #expect(try fixture.everything() == before)
        }
    }

    @Test func `ignored files are not looked at, untracked ones are`() async throws {
        try await withScratch { scratch in
            let fixture = try SourceFixture(scratch: scratch)
            try fixture.write("ignored/\n", to: ".gitignore")
            try fixture.write(Self.task("build"), to: "ignored/a.yaml")
            let nothing = try await fixture.program.run()
            #expect(nothing.status == 66)
            #expect(nothing.errors.contains("no YAML file"))
            try fixture.write(Self.task("one"), to: "a.yaml")
            try fixture.write(Self.task("two"), to: "b.yaml")
            let several = try await fixture.program.run()
            #expect(several.status == 64)
            #expect(several.errors.contains("task/two"))
        }
    }

    @Test func `outside a repository a manifest is asked for`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let ended = try await program.run()
            #expect(ended.status == 64)
            #expect(ended.errors.contains("or run drydock inside a Git repository"))
            try program.write(Self.task("build"), to: "m.yaml")
            let sourced = try await program.run("run", "task/build", "-f", "m.yaml", "--source", "worktree")
            #expect(sourced.status == 66)
            #expect(sourced.errors.contains("--source worktree takes the files of a Git repository"))
        }
    }
}
