import Docker
import Testing

struct ImageReferenceTests {
    static let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)

    @Test(
        arguments: [
            ("busybox", "docker.io", "library/busybox", "latest", nil),
            ("busybox:1.36", "docker.io", "library/busybox", "1.36", nil),
            ("docker.io/busybox", "docker.io", "library/busybox", "latest", nil),
            ("index.docker.io/library/busybox", "docker.io", "library/busybox", "latest", nil),
            ("bitnami/kubectl:1", "docker.io", "bitnami/kubectl", "1", nil),
            ("gcr.io/kaniko-project/executor:v1.5.1", "gcr.io", "kaniko-project/executor", "v1.5.1", nil),
            ("localhost/app", "localhost", "app", "latest", nil),
            ("localhost:5000/a/b/c:x", "localhost:5000", "a/b/c", "x", nil),
            ("localhost:5000", "docker.io", "library/localhost", "5000", nil),
            ("10.0.0.1:5000/app", "10.0.0.1:5000", "app", "latest", nil),
            ("[::1]:5000/app", "[::1]:5000", "app", "latest", nil),
            ("Registry/app", "Registry", "app", "latest", nil),
            ("busybox@\(digest)", "docker.io", "library/busybox", nil, digest),
            ("r.example/a:1@\(digest)", "r.example", "a", "1", digest),
            ("a-b--c.d_e__f", "docker.io", "library/a-b--c.d_e__f", "latest", nil),
            ("app:A_b.C-d", "docker.io", "library/app", "A_b.C-d", nil),
        ] as [(String, String, String, String?, String?)]
    )
    func `a name is taken apart`(
        text: String,
        registry: String,
        repository: String,
        tag: String?,
        digest: String?
    ) throws {
        let image = try ImageReference(parsing: text)
        #expect(image.registry == registry)
        #expect(image.repository == repository)
        #expect(image.tag == tag)
        #expect(image.digest == digest)
    }

    @Test(arguments: [
        ("docker.io/library/busybox", "busybox:latest"),
        ("docker.io/bitnami/kubectl:1", "bitnami/kubectl:1"),
        ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
        ("busybox@\(digest)", "busybox@\(digest)"),
        ("quay.io/a:1@\(digest)", "quay.io/a:1@\(digest)"),
    ])
    func `a name is shown without what is understood by itself`(text: String, shown: String) throws {
        #expect(try ImageReference(parsing: text).description == shown)
    }

    @Test(arguments: [
        ("", "there is no name"),
        (":1", "there is no name"),
        ("@\(digest)", "there is no name"),
        ("localhost:5000/", "there is no name"),
        ("BusyBox", "capital letters are not allowed"),
        ("docker.io/Library/x", "capital letters are not allowed"),
        ("a b", "'a b' is malformed"),
        ("a//b", "'' is malformed"),
        ("a/", "'' is malformed"),
        ("/a", "'' is malformed"),
        ("-a", "'-a' is malformed"),
        ("a..b", "'a..b' is malformed"),
        ("a___b", "'a___b' is malformed"),
        ("a._b", "'a._b' is malformed"),
        ("$(params.image)", "'$(params.image)' is malformed"),
        ("app:", "the tag '' is malformed"),
        ("app:.x", "the tag '.x' is malformed"),
        ("app:a b", "the tag 'a b' is malformed"),
        ("app:1:2", "the tag '1:2' is malformed"),
        ("app@sha256:abc", "the digest is malformed"),
        ("app@\(digest)0", "the digest is malformed"),
        ("app@", "the digest is malformed"),
        ("exa_mple.com/app", "the registry 'exa_mple.com' is malformed"),
        ("host:port/app", "the registry 'host:port' is malformed"),
        ("-x.com/app", "the registry '-x.com' is malformed"),
        ("https://example.com/app", "the registry 'https:' is malformed"),
    ])
    func `what names no image is refused with the reason`(text: String, reason: String) {
        let error = #expect(throws: DockerError.self) { try ImageReference(parsing: text) }
        #expect(error == .invalidReference(text, reason: reason))
    }

    @Test func `tag and name have a longest length`() throws {
        let tag = String(repeating: "t", count: 128)
        #expect(try ImageReference(parsing: "app:\(tag)").tag == tag)
        #expect(throws: DockerError.self) { try ImageReference(parsing: "app:\(tag)t") }
        let name = String(repeating: "n", count: 245)
        #expect(try ImageReference(parsing: "h.example/\(name)").repository == name)
        #expect(throws: DockerError.self) { try ImageReference(parsing: "h.example/\(name)n") }
    }
}
