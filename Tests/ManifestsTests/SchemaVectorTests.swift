import Manifests
import TestSupport
import Testing
import YAML

@Suite struct `Schema Vectors` {
    /// What the decoder and the API server's schema decide; what comes after them is Validation's.
    @Test func `fields and types are accepted as a cluster accepts them`() {
        let tally = Vectors.run("validate", part: "schema", where: { $0.root["manifest"]?.mapping != nil }) { one in
            guard let manifest = one.root["manifest"] else { return [] }
            let errors = Schema.check(Document(manifest)).filter { $0.severity == .error }
            let stage = one.expected["stage"]?.string ?? ""
            let isRefused =
                stage == "decode" || stage == "default" || stage == "kind" || one.expected["strict"] != nil
                || Self.violatesSchema(one)
            if isRefused, errors.isEmpty {
                return ["expected an error: \(one.expected["error"]?.string ?? one.expected.jsonText())"]
            }
            if !isRefused, !errors.isEmpty { return errors.map(\.message) }
            return []
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    /// A null that Tekton's encoder writes where nothing was given is no matter of what was written.
    private static func violatesSchema(_ one: VectorCase) -> Bool {
        one.expected["schema"]?.strings.contains { !$0.hasSuffix(": null") } ?? false
    }
}
