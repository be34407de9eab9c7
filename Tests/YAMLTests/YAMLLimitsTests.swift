import Testing
import YAML

struct YAMLLimitsTests {
    @Test(arguments: [("[", "]", 1_000), ("{a: ", "}", 1_000), ("- ", "", 1_000), ("[", "", 100_000)])
    func `nesting that is too deep is an error`(_ opening: String, _ closing: String, _ depth: Int) throws {
        let text = String(repeating: opening, count: depth) + String(repeating: closing, count: depth)
        try expectTooDeep(text)
    }

    @Test func `indentation that is too deep is an error`() throws {
        try expectTooDeep((0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined())
    }

    private func expectTooDeep(_ text: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLParser.parse(text, file: "test.yaml") }
        #expect(error.message == "lists and mappings are nested more than 500 deep")
    }

    @Test func `nesting as deep as allowed can be read, compared and written`() throws {
        let text = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let nodes = try YAMLParser.parse(text, file: "test.yaml")
        #expect(nodes.map { $0.jsonText() } == [text])
        #expect(try YAMLParser.parse(YAMLEmitter.emit(nodes[0]), file: "test.yaml") == nodes)
    }

    @Test func `aliases that multiply are an error`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = try #require(throws: YAMLError.self) { try YAMLParser.parse(text, file: "test.yaml") }
        #expect(error.message == "the aliases of this document stand for more than 1000000 values")
        #expect(error.place.line == 6)
    }

    @Test func `a text may have very many documents, keys and lines`() throws {
        let documents = String(repeating: "---\na: 1\n", count: 10_000)
        #expect(try YAMLParser.parse(documents, file: "test.yaml").count == 10_000)
        let keys = (0..<50_000).map { "key\($0): value\n" }.joined()
        let node = try #require(try YAMLParser.parse(keys, file: "test.yaml").first)
        #expect(node["key49999"]?.string == "value")
        #expect(node.mapping?.entries.count == 50_000)
    }
}
