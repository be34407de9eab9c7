import Foundation
import Manifests
import TestSupport
import Testing
import YAML

struct ReadingVectorTests {
    @Test func `Vectors: a text is read as Tekton's reader does, or refused where it does`() {
        let tally = Vectors.run("validate", part: "reading", where: { $0.root["yaml"] != nil }) { one in
            let text = one.root["yaml"]?.string ?? ""
            let isReadable = one.expected["stage"]?.string != "yaml"
            do {
                let nodes = try YAMLParser.parse(text, file: "case.yaml")
                guard isReadable else { return ["is read as \(nodes.map { $0.jsonText() })"] }
                // The manifest is that of one document of the text.
                guard let manifest = one.root["manifest"], !nodes.contains(manifest) else { return [] }
                return ["is read as \(nodes.map { $0.jsonText() }), not as \(manifest.jsonText())"]
            } catch {
                return isReadable ? ["is not read: \(error)"] : []
            }
        }
        #expect(tally.failures.isEmpty)
    }

    @Test func `Vectors: what is written is read again as it was`() {
        let tally = Vectors.run("defaults", part: "writing") { one in
            guard let object = one.expected["object"] else { return [] }
            let text = YAMLEmitter.emit(object)
            let isSame = try YAMLParser.parse(text, file: "case.yaml") == [object]
            let isSameJSON = try YAMLParser.parse(object.jsonText(pretty: true), file: "case.json") == [object]
            return (isSame ? [] : ["as YAML:\n\(text)"]) + (isSameJSON ? [] : ["as JSON"])
        }
        #expect(tally.failures.isEmpty)
    }
}
