import Docker
import Manifests
import Resolvers
import TestSupport
import Testing

@Suite(.needsRegistry)
struct BundleResolverTests {
    private typealias Layer = BundlePublisher.Layer

    @Test func `a document is brought out of its layer`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let registry = try RegistryServer(in: world.folder)
        defer { withExtendedLifetime(registry) {} }
        let digest = try await BundlePublisher(registry: registry).push(
            "team/bundle",
            tag: "v1",
            [
                .document(task("greet"), kind: "task", name: "greet"),
                .document(task("other"), kind: "pipeline", name: "greet"),
                // As it is: no archive, not compressed.
                Layer(annotations: Layer.annotations("task", "raw"), bytes: Array(task("raw").utf8)),
                Layer(
                    annotations: Layer.annotations("task", "packed"),
                    bytes: Layer.compressed(Array(task("packed").utf8))
                ),
            ]
        )
        let name = "\(registry.address)/team/bundle"
        for (kind, entry, text) in [
            ("task", "greet", "greet"), ("Pipeline", "greet", "other"), ("task", "raw", "raw"),
            ("", "packed", "packed"),
        ] {
            let asked = reference("bundles", ["bundle": "\(name):v1", "name": entry, "kind": kind])
            let brought = try await world.resolution().bring(asked)
            #expect(brought.text == task(text))
            #expect(
                brought.source
                    == RefSource(uri: name, digest: ["sha256": String(digest.dropFirst(7))], entryPoint: entry)
            )
        }
        let byDigest = reference("bundles", ["bundle": "\(name)@\(digest)", "name": "greet"])
        #expect(try await world.resolution().bring(byDigest).text == task("greet"))
        let absent = try await problem(
            with: reference("bundles", ["bundle": "\(name):v1", "name": "none"]),
            world.resolution()
        )
        #expect(absent == bundleFailure("could not find object in image with kind: task and name: none"))
        let tag = try await problem(
            with: reference("bundles", ["bundle": "\(name):v2", "name": "greet"]),
            world.resolution()
        )
        #expect(
            tag
                == bundleFailure(
                    "cannot retrieve the oci image: GET http://\(name.replacing("/team", with: "/v2/team"))/manifests/v2: "
                        + "MANIFEST_UNKNOWN: manifest unknown"
                )
        )
    }

    @Test func `of a list of images the one for linux on amd64 is taken`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let registry = try RegistryServer(in: world.folder)
        defer { withExtendedLifetime(registry) {} }
        let publisher = BundlePublisher(registry: registry)
        let one = try await publisher.push("b", tag: "1", [.document(task("one"), kind: "task", name: "t")])
        let two = try await publisher.push("b", tag: "2", [.document(task("two"), kind: "task", name: "t")])
        try await publisher.pushIndex("b", tag: "all", [("arm64", one), ("amd64", two)])
        let asked = reference("bundles", ["bundle": "\(registry.address)/b:all", "name": "t"])
        let brought = try await world.resolution().bring(asked)
        #expect(brought.text == task("two"))
        #expect(brought.source.digest == ["sha256": String(two.dropFirst(7))])
    }

    @Test func `the contract of bundles is kept`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let registry = try RegistryServer(in: world.folder)
        defer { withExtendedLifetime(registry) {} }
        let publisher = BundlePublisher(registry: registry)
        func found(_ tag: String, _ layers: [Layer]) async throws -> ResolverError? {
            try await publisher.push("b", tag: tag, layers)
            let asked = reference("bundles", ["bundle": "\(registry.address)/b:\(tag)", "name": "t"])
            return try await problem(with: asked, world.resolution())
        }
        func invalid(_ tag: String, _ text: String) -> ResolverError {
            bundleFailure("invalid tekton bundle \(registry.address)/b:\(tag), error: \(text)")
        }
        let good = try Layer.document(task("t"), kind: "task", name: "t")
        var unnamed = good
        unnamed.annotations["dev.tekton.image.name"] = nil
        #expect(
            try await found("unnamed", [good, unnamed])
                == invalid("unnamed", "the layer 1 does not contain a dev.tekton.image.name annotation")
        )
        var plural = good
        plural.annotations["dev.tekton.image.kind"] = "Tasks"
        #expect(
            try await found("plural", [plural])
                == invalid(
                    "plural",
                    "the layer 0 the annotation dev.tekton.image.kind must be lowercased and singular, found Tasks"
                )
        )
        let many = [Layer](repeating: good, count: 21)
        #expect(
            try await found("many", many) == invalid("many", "contained more than the maximum 20 allow objects")
        )
    }

    @Test func `credentials come from Docker's configuration, and from a Secret`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        // The password is "open sesame".
        let user = "ada:$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy\n"
        let registry = try RegistryServer(in: world.folder, htpasswd: user)
        defer { withExtendedLifetime(registry) {} }
        let publisher = BundlePublisher(registry: registry, credential: "ada:open sesame")
        try await publisher.push("b", tag: "1", [.document(task("one"), kind: "task", name: "t")])
        let bundle = "\(registry.address)/b:1"
        let asked = reference("bundles", ["bundle": bundle, "name": "t"])
        guard case .failed(.resource(_, let text)) = try await problem(with: asked, world.resolution()) else {
            Issue.record("it was let in without credentials")
            return
        }
        #expect(text.contains("UNAUTHORIZED: authentication required"))
        let address = registry.address
        let auth = RegistryAuth(serverAddress: address, username: "ada", password: "open sesame")
        let resolution = world.resolution(credentials: { $0 == address ? auth : nil })
        #expect(try await resolution.bring(asked).text == task("one"))

        world.addSecret(
            "pull",
            [".dockerconfigjson": #"{"auths": {"\#(address)": {"username": "ada", "password": "open sesame"}}}"#]
        )
        let withSecret = reference("bundles", ["bundle": bundle, "name": "t", "secret": "pull"])
        #expect(try await world.resolution().bring(withSecret).text == task("one"))
    }

    @Test(
        arguments: [
            (["name": "t"], "parameter \"bundle\" required"),
            (["bundle": "a/b"], "parameter \"name\" required"),
            (["bundle": "A B", "name": "t"], "invalid bundle reference: could not parse reference: A B"),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `params are checked in Tekton's words`(_ params: KeyValuePairs<String, String>, _ text: String) async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let found = try await problem(with: reference("bundles", params), world.resolution())
        #expect(found == .failed(.invalidRequest(text)))
    }

    private func bundleFailure(_ text: String) -> ResolverError {
        .failed(.resource(resolver: "bundleresolver", text))
    }
}
