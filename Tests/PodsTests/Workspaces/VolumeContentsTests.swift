import Planning
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The content of a volume` {
    private static let objects = """
        apiVersion: v1
        kind: Secret
        metadata: {name: s, namespace: shop}
        stringData: {a: one, b: two}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: c, namespace: shop}
        data: {x: ex}
        binaryData: {z: AAE=}
        """

    private func fixture(_ source: String) throws -> PodFixture {
        try PodFixture("steps: [{name: a, image: i}]\nvolumes: [{name: v, \(source)}]", others: Self.objects)
    }

    private func files(_ source: String) throws -> [String] {
        guard case .files(let files)? = try fixture(source).pod().volumes["v"] else { return ["no files"] }
        return files.map { "\($0.path) \(String($0.mode, radix: 8)) \(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    @Test(arguments: [
        ("secret: {secretName: s}", ["a 644 one", "b 644 two"]),
        ("secret: {secretName: s, defaultMode: 0400}", ["a 400 one", "b 400 two"]),
        (
            "secret: {secretName: s, defaultMode: 0400, items: [{key: a, path: d/k}, {key: b, path: b, mode: 0777}]}",
            ["d/k 400 one", "b 777 two"]
        ),
        ("configMap: {name: c, items: [{key: x, path: x}]}", ["x 644 ex"]),
        ("configMap: {name: c}", ["x 644 ex", "z 644 \u{0}\u{1}"]),
        ("secret: {secretName: none, optional: true}", []),
        ("secret: {secretName: s, optional: true, items: [{key: none, path: p}, {key: a, path: a}]}", ["a 644 one"]),
        (
            "projected: {defaultMode: 0440, sources: [{secret: {name: s, items: [{key: a, path: a}]}}, "
                + "{configMap: {name: c, items: [{key: x, path: x, mode: 0600}]}}, "
                + "{downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labels}}]}}]}",
            ["a 440 one", "x 600 ex"]
        ),
        (
            "downwardAPI: {items: [{path: f, fieldRef: {fieldPath: metadata.namespace}}]}",
            ["f 644 shop"]
        ),
    ])
    func `of values is files`(_ row: (source: String, files: [String])) throws {
        let files = try files(row.source).filter { !$0.hasPrefix("l ") }
        #expect(files == row.files)
    }

    @Test func `of the Pod's labels is a line for each`() throws {
        let files = try files("downwardAPI: {items: [{path: l, mode: 0400, fieldRef: {fieldPath: metadata.labels}}]}")
        #expect(files.count == 1)
        #expect(files.first?.hasPrefix("l 400 ") == true)
        #expect(files.first?.contains("app=\"web\"") == true)
    }

    @Test(arguments: [
        ("hostPath: {path: /srv, type: Directory}", VolumeContent.host(path: "/srv", type: "Directory")),
        ("persistentVolumeClaim: {claimName: c}", .claim("c", isReadOnly: false)),
        ("emptyDir: {medium: Memory}", .emptyDirectory),
    ])
    func `of directories is known by name`(_ row: (source: String, content: VolumeContent)) throws {
        #expect(try fixture(row.source).pod().volumes["v"] == row.content)
    }

    @Test(arguments: [
        ("secret: {secretName: none}", "CreateContainerConfigError", "secret \"none\" not found"),
        ("secret: {secretName: s, items: [{key: none, path: p}]}", "CreateContainerConfigError", "key: none"),
        ("projected: {sources: [{serviceAccountToken: {path: t}}]}", "PodCreationFailed", "service account token"),
        (
            "downwardAPI: {items: [{path: f, fieldRef: {fieldPath: spec.none}}]}", "CreateContainerConfigError",
            "field path \"spec.none\" of file f is not supported"
        ),
        ("nfs: {server: a, path: /b}", "PodCreationFailed", "of the kind nfs"),
    ])
    func `that is not to be had keeps the Pod from starting`(_ row: (source: String, reason: String, words: String))
        throws
    {
        let refusal = try fixture(row.source).refusal()
        #expect(refusal?.reason == row.reason)
        #expect(refusal?.message.contains(row.words) == true)
    }
}
