import Testing
import TestSupport
import YAML

struct YAMLParserTests {
    @Test func `every value and every key knows its place`() throws {
        let yaml = MarkedYAML(
            """
            # a comment
            ↓↓metadata:
              ↓↓名: ↓x
            list:
            ↓- ↓a
            - {↓k: ↓1}
            empty:↓
            """
        )
        let root = try #require(try parse(yaml.text).first)
        let metadata = try #require(root.mapping?.entry("metadata"))
        let list = try #require(root["list"])
        let entry = try #require(list.elements.last?.mapping?.entry("k"))
        let places = [
            root.place, metadata.keyPlace,
            metadata.value.place, metadata.value.mapping?.entry("名")?.keyPlace, metadata.value["名"]?.place,
            list.place, list.elements.first?.place, entry.keyPlace, entry.value.place,
            root.mapping?["empty"]?.place,
        ]
        #expect(places == yaml.places)
    }

    @Test(
        arguments: [
            ("", []),
            ("# nothing\n", []),
            ("---\n---\n# nothing\n---\n", []),
            ("a: 1\n---\nb: 2\n", [["a": 1], ["b": 2]]),
            ("--- # first\na: 1\n...\n---\n- 2\n", [["a": 1], [2]]),
            ("\u{FEFF}a: 1\n", [["a": 1]]),
            ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", [["a": 1, "b": "x\ny\n"]]),
            ("{\n\t\"a\": [1, 2.5],\n\t\"b\": \"\\u00e9\\/\"\n}\n", [["a": [1, .init(.number(2.5))], "b": "é/"]]),
            ("{\"a\": \"\\ud83d\\ude00 \\\\ud83d\"}", [["a": "😀 \\ud83d"]]),
        ] as [(String, [YAMLNode])]
    )
    func `a text has documents, those without content left out`(_ text: String, _ documents: [YAMLNode]) throws {
        #expect(try parse(text) == documents)
    }

    @Test(arguments: [
        ("1: a", "1"), ("yes: a", "true"), ("on: a", "true"), ("0x10: a", "16"), ("1.50: a", "1.5"), ("'1': a", "1"),
        ("? a\n: b", "a"),
    ])
    func `a key that is no text becomes text`(_ text: String, _ key: String) throws {
        #expect(try parse(text).first?.mapping?.keys == [key])
    }

    @Test(
        arguments: [
            ("a: &x [1, 2]\nb: *x", ["a": [1, 2], "b": [1, 2]]),
            ("a: &x 1\nb: &x 2\nc: *x", ["a": 1, "b": 2, "c": 2]),
            ("a: &x {k: &y v}\nb: [*x, *y]", ["a": ["k": "v"], "b": [["k": "v"], "v"]]),
            ("&k a: 1\nb: *k", ["a": 1, "b": "a"]),
            ("a: &x {k: 1}\nb: {<<: *x, l: 2}", ["a": ["k": 1], "b": ["k": 1, "l": 2]]),
            (
                "a: &x {k: 1}\nb: &y {l: 2}\nc:\n  m: 3\n  <<: [*x, *y]",
                ["a": ["k": 1], "b": ["l": 2], "c": ["m": 3, "k": 1, "l": 2]]
            ),
            ("a: {<<: {k: 1}}", ["a": ["k": 1]]),
            ("a: {'<<': 1}", ["a": ["<<": 1]]),
            ("a: <<", ["a": "<<"]),
        ] as [(String, YAMLNode)]
    )
    func `aliases and merge keys are carried out`(_ text: String, _ document: YAMLNode) throws {
        #expect(try parse(text) == [document])
    }

    @Test func `an anchor is known in its document only`() {
        let error = #expect(throws: YAMLError.self) { try parse("a: &x 1\n---\nb: *x\n") }
        #expect(error?.message == "there is no anchor '&x' for this alias")
    }

    @Test func `an alias stands where it is written`() throws {
        let yaml = MarkedYAML("a: &x\n  k: ↓v\nb: ↓*x\n")
        let alias = try parse(yaml.text).first?["b"]
        #expect([alias?["k"]?.place, alias?.place] == yaml.places)
    }

    @Test func `a large mapping finds its keys and keeps their order`() throws {
        let keys = (0..<100).map { "key\($0)" }
        var mapping = try #require(try parse(keys.map { "\($0): \($0)\n" }.joined()).first?.mapping)
        #expect(mapping.keys == keys)
        #expect(keys.allSatisfy { mapping[$0]?.string == $0 })
        mapping["key50"] = nil
        mapping["key99"] = "changed"
        mapping["new"] = "x"
        #expect(mapping["key50"] == nil)
        #expect(mapping["key99"] == "changed")
        #expect(mapping["key98"] == "key98")
        #expect(mapping["new"] == "x")
        #expect(mapping.entries.count == 100)
    }

    private func parse(_ text: String) throws -> [YAMLNode] { try YAMLParser.parse(text, file: "test.yaml") }
}
