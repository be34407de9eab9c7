import Manifests
import Resolvers
import Testing

struct ResolverReferenceTests {
    @Test func `a request has the name that Tekton gives it`() {
        let asked = reference(
            "git",
            ["url": "https://example.com/r.git", "revision": "main", "pathInRepo": "task.yaml"]
        )
        #expect(asked.requestKey(for: "run") == "default/git-1a310244f8d5eb3ce7c9c31f43862316")
    }

    @Test func `a failure is told in Tekton's words`() {
        let asked = reference(
            "git",
            ["url": "https://example.com/r.git", "revision": "main", "pathInRepo": "task.yaml"]
        )
        let key = asked.requestKey(for: "run")
        #expect(
            ResolutionFailure.resource(resolver: "Git", "why").message(for: asked, owner: "run")
                == "error requesting remote resource: error getting \"Git\" \"\(key)\": why"
        )
        #expect(
            ResolutionFailure.invalidRequest("why").message(for: asked, owner: "run")
                == "error requesting remote resource: invalid resource request \"\(key)\": why"
        )
        #expect(asked.nameInErrors == "resolver type git\nurl = https://example.com/r.git\n")
    }

    @Test func `a resolver that is not here is refused by name`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let found = try await problem(with: reference("demo", [:]), world.resolution())
        #expect(found == .notCarriedOut("there is no resolver 'demo' here: bundles, cluster, git, http and hub are"))
    }
}
