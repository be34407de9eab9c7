import Manifests
import Resolvers
import TestSupport
import Testing

struct HubResolverTests {
    /// A hub of both kinds with a few packages.
    private func hub() throws -> WebServer {
        func package(_ name: String) -> String {
            #"{"data": {"manifestRaw": "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: \#(name)}\n"}}"#
        }
        return try WebServer(files: [
            "/api/v1/packages/tekton-task/tekton-catalog-tasks/greet":
                """
            {"version": "0.10.0", "available_versions": [{"version": "0.2.0"}, {"version": "0.10.0"},
             {"version": "0.9.1"}, {"version": "1.0.0", "prerelease": true}]}
            """,
            "/api/v1/packages/tekton-task/tekton-catalog-tasks/greet/0.2.0": package("greet-2"),
            "/api/v1/packages/tekton-task/tekton-catalog-tasks/greet/0.9.1": package("greet-9"),
            "/api/v1/packages/tekton-task/tekton-catalog-tasks/greet/0.10.0": package("greet-10"),
            "/api/v1/packages/tekton-task/tekton-catalog-tasks/greet/latest": package("latest"),
            "/api/v1/packages/tekton-stepaction/mine/act": #"{"available_versions": [{"version": "1.0.0"}]}"#,
            "/api/v1/packages/tekton-stepaction/mine/act/1.0.0": package("act"),
            "/api/v1/packages/tekton-pipeline/tekton-catalog-pipelines/flow":
                #"{"available_versions": [{"version": "0.1.0"}]}"#,
            "/api/v1/packages/tekton-pipeline/tekton-catalog-pipelines/flow/0.1.0": package("flow"),
            "/v1/resource/Tekton/task/greet": #"{"data": {"versions": [{"version": "0.1"}, {"version": "0.2"}]}}"#,
            "/v1/resource/Tekton/task/greet/0.2/yaml":
                #"{"data": {"yaml": "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: old}\n"}}"#,
        ])
    }

    @Test(
        arguments: [
            (["name": "greet", "version": "0.2"], "greet-2"),
            (["name": "greet", "version": "0.2.0", "kind": "task", "type": "artifact"], "greet-2"),
            (["name": "greet", "version": ">=0.2.0"], "greet-10"),
            (["name": "greet", "version": ">= 0.2.0, < 0.10.0"], "greet-9"),
            (["name": "greet", "version": "latest"], "latest"),
            (["name": "act", "version": "1.0.0", "kind": "stepaction", "catalog": "mine"], "act"),
            (["name": "flow", "version": "0.1", "kind": "pipeline"], "flow"),
            (["name": "greet", "version": "0.2.0", "type": "tekton"], "old"),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `a package is found`(_ params: KeyValuePairs<String, String>, _ name: String) async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let hub = try hub()
        let environment = ["ARTIFACT_HUB_API": hub.url + "/", "TEKTON_HUB_API": hub.url]
        let brought = try await world.resolution(environment: environment).bring(reference("hub", params))
        #expect(brought.document(namespace: "default").document?.metadata.name == name)
        #expect(hub.requests.last.map { "GET \(brought.source.uri.dropFirst(hub.url.count))" == $0 } == true)
        #expect("sha256:\(brought.source.digest["sha256"] ?? "")" == brought.contentDigest)
    }

    @Test func `a url goes before what is configured, and gives type tekton a hub`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let hub = try hub()
        let asked = reference(
            "hub",
            ["name": "greet", "version": "0.2", "type": "tekton", "url": hub.url + "/"]
        )
        let brought = try await world.resolution().bring(asked)
        #expect(brought.source.uri == "\(hub.url)/v1/resource/Tekton/task/greet/0.2/yaml")
    }

    @Test(
        arguments: [
            (["name": "greet"], "missing required hub resolver params: version"),
            (["kind": "task"], "missing required hub resolver params: name, version"),
            (
                ["name": "a", "version": "1", "kind": "job", "catalog": "c"],
                "kind param must be one of: task, pipeline, stepaction"
            ),
            (["name": "a", "version": "1", "type": "x", "catalog": "c"], "type param must be artifact or tekton"),
            (
                ["name": "a", "version": "1", "type": "tekton"],
                "please configure TEKTON_HUB_API env variable to use tekton type"
            ),
            (["name": "a", "version": "1", "url": "hub"], "invalid url param: url must be a valid absolute URL: hub"),
            (
                ["name": "a", "version": "1", "url": "ftp://hub"],
                "invalid url param: url must use http or https scheme: ftp://hub"
            ),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `params are checked in Tekton's words`(_ params: KeyValuePairs<String, String>, _ text: String) async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let found = try await problem(with: reference("hub", params), world.resolution())
        #expect(found == .failed(.invalidRequest("failed to validate params: \(text)")))
    }

    @Test func `a StepAction has no catalog by itself`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let asked = reference("hub", ["name": "a", "version": "1", "kind": "stepaction"])
        let text = "failed to populate default params: failed to resolve catalog name with kind: stepaction"
        #expect(try await problem(with: asked, world.resolution()) == .failed(.invalidRequest(text)))
    }

    @Test func `what the hub does not have fails in Tekton's words`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let hub = try hub()
        let resolution = world.resolution(environment: ["ARTIFACT_HUB_API": hub.url])
        let unknown = try await problem(with: reference("hub", ["name": "none", "version": "0.1"]), resolution)
        let url = "\(hub.url)/api/v1/packages/tekton-task/tekton-catalog-tasks/none"
        #expect(
            unknown
                == hubFailure("fail to fetch Artifact Hub resource: requested resource '\(url)' not found on hub")
        )
        let old = try await problem(with: reference("hub", ["name": "greet", "version": "> 1.0"]), resolution)
        #expect(old == hubFailure("no version found for constraint > 1.0"))
    }

    private func hubFailure(_ text: String) -> ResolverError { .failed(.resource(resolver: "Hub", text)) }
}
