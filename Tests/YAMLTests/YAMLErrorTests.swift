import TestSupport
import Testing
import YAML

struct YAMLErrorTests {
    @Test(arguments: [
        ("a:\n↓\tb: c", "a tab cannot indent YAML"),
        ("a:\n  - b\n  ↓\t- c", "a tab cannot indent YAML"),
        ("a: ↓@b", "a value cannot begin with '@'"),
        ("a: ↓`b`", "a value cannot begin with '`'"),
        ("a: b↓: c", "a ':' is not allowed here"),
        ("a:\n  steps:\n ↓- b\n    c: d", "a key was expected here"),
        ("a:\n- b\n↓c", "this key has no ':'"),
        ("a: [b\nc↓: d", "',' or ']' was expected here"),
        ("a: {b: c\nd↓: e", "',' or '}' was expected here"),
        ("a: ↓'b", "this quoted text is never closed"),
        ("a: ↓\"b", "this quoted text is never closed"),
        ("a: \"↓\\q\"", "an unknown escape in double quotes"),
        ("a: ↓*", "an alias needs a name of letters and digits"),
        ("a: ↓*nope", "there is no anchor '&nope' for this alias"),
        ("a: &x [↓*x]", "the alias '*x' stands in what it names"),
        ("a: ↓!x!y z", "an unknown tag"),
        ("a: 1\nb: 2\n↓a: 3", "the key 'a' is there twice"),
        ("a: {b: 1, ↓\"b\": 2}", "the key 'b' is there twice"),
        ("yes: 1\n↓on: 2", "the key 'true' is there twice"),
        ("x: &x {b: 1}\ny:\n  <<: *x\n  ↓b: 2", "the key 'b' is there twice"),
        ("x: &x {b: 1}\ny:\n  b: 2\n  ↓<<: *x", "the key 'b' is there twice"),
        ("a: {<<: ↓1}", "the merge key '<<' needs a mapping or a list of mappings"),
        ("? ↓[a]\n: b", "a list or mapping cannot be a key"),
        ("a: {↓{ b }}", "a list or mapping cannot be a key"),
        ("↓~: b", "a key is missing or null"),
        ("a: b↓\u{1}", "the control character U+0001 is not allowed"),
    ])
    func `what cannot be read is named with its place`(_ marked: String, _ message: String) throws {
        let yaml = MarkedYAML(marked)
        let error = try #require(throws: YAMLError.self) { try YAMLParser.parse(yaml.text, file: yaml.file) }
        #expect(error.message == message)
        #expect(error.place == yaml.place)
    }

    @Test(arguments: [
        ("a: 1\na: 2", ["it is set at 1:1 before"]),
        (
            "x: &x {b: 1}\ny:\n  <<: *x\n  b: 2",
            ["the merge key '<<' at 3:3 sets it; Kubernetes does not let a key override a merged one"]
        ),
        ("a:\n\tb: c", ["indent with spaces"]),
        ("a: {b: c\nd: e", ["close the mapping with '}'", "the mapping begins at 1:4"]),
    ])
    func `notes say what to try`(_ text: String, _ notes: [String]) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLParser.parse(text, file: "test.yaml") }
        #expect(error.notes == notes)
    }

    @Test(arguments: [
        (Array("a: b\nc: ".utf8) + [0xFF], 2, 4),
        (Array("é: ".utf8) + [0xC3, 0x28], 1, 4),
        (Array("a: ".utf8) + [0xE2, 0x82], 1, 4),
    ])
    func `bytes that are no UTF-8 are named with their place`(_ bytes: [UInt8], _ line: Int, _ column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLParser.parse(bytes: bytes, file: "test.yaml") }
        #expect(error.message == "this is not UTF-8")
        #expect(error.place == SourcePlace(file: "test.yaml", line: line, column: column))
    }

    @Test func `UTF-16 with a byte order mark is read`() throws {
        let text: [UInt8] = "a: é".utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        let bytes: [UInt8] = [0xFF, 0xFE] + text
        #expect(try YAMLParser.parse(bytes: bytes, file: "test.yaml") == [["a": "é"]])
    }
}
