import TestSupport
import Testing
import YAML

/// A text without quotes and what it stands for.
struct ScalarRow: Sendable, CustomTestStringConvertible {
    var text: String
    var content: YAMLNode.Content

    init(_ text: String, _ content: YAMLNode.Content) {
        self.text = text
        self.content = content
    }

    var testDescription: String { text }
}

struct ScalarResolutionTests {
    @Test(arguments: [
        ScalarRow("true", .bool(true)), ScalarRow("True", .bool(true)), ScalarRow("TRUE", .bool(true)),
        ScalarRow("tRUE", .string("tRUE")),
        ScalarRow("yes", .bool(true)), ScalarRow("Yes", .bool(true)), ScalarRow("YES", .bool(true)),
        ScalarRow("yEs", .string("yEs")),
        ScalarRow("on", .bool(true)), ScalarRow("On", .bool(true)), ScalarRow("ON", .bool(true)),
        ScalarRow("y", .bool(true)), ScalarRow("Y", .bool(true)),
        ScalarRow("false", .bool(false)), ScalarRow("no", .bool(false)), ScalarRow("No", .bool(false)),
        ScalarRow("NO", .bool(false)),
        ScalarRow("off", .bool(false)), ScalarRow("Off", .bool(false)), ScalarRow("OFF", .bool(false)),
        ScalarRow("n", .bool(false)), ScalarRow("N", .bool(false)),
        ScalarRow("null", .null), ScalarRow("Null", .null), ScalarRow("NULL", .null), ScalarRow("~", .null),
        ScalarRow("nil", .string("nil")),
    ])
    func `words are booleans and null as YAML 1.1 has them`(_ row: ScalarRow) throws {
        try expect(row)
    }

    @Test(arguments: [
        ScalarRow("0", .integer(0)), ScalarRow("12", .integer(12)), ScalarRow("-12", .integer(-12)),
        ScalarRow("+12", .integer(12)),
        ScalarRow("0777", .integer(511)), ScalarRow("017", .integer(15)), ScalarRow("0o17", .integer(15)),
        ScalarRow("-017", .integer(-15)),
        ScalarRow("0x1F", .integer(31)), ScalarRow("0X1f", .integer(31)), ScalarRow("0b101", .integer(5)),
        ScalarRow("-0b101", .integer(-5)),
        ScalarRow("1_000", .integer(1000)), ScalarRow("1__0_", .integer(10)), ScalarRow("_1", .string("_1")),
        ScalarRow("08", .integer(8)), ScalarRow("0x", .string("0x")), ScalarRow("0xg", .string("0xg")),
        ScalarRow("1-2", .string("1-2")),
        ScalarRow("--1", .string("--1")), ScalarRow("-+1", .string("-+1")),
        ScalarRow("+", .string("+")),
        ScalarRow("9223372036854775807", .integer(.max)), ScalarRow("-9223372036854775808", .integer(.min)),
        ScalarRow("18446744073709551615", .number(0x1p64)),
        ScalarRow("1.5", .number(1.5)), ScalarRow("1.0", .integer(1)), ScalarRow("1.", .integer(1)),
        ScalarRow(".5", .number(0.5)),
        ScalarRow("-.5", .number(-0.5)), ScalarRow("1e3", .integer(1000)), ScalarRow("1E-1", .number(0.1)),
        ScalarRow("1.5e1", .integer(15)),
        ScalarRow("1e", .string("1e")), ScalarRow("1e400", .string("1e400")), ScalarRow(".", .string(".")),
        ScalarRow(".e1", .string(".e1")),
        ScalarRow("._5", .string("._5")), ScalarRow("1_0.5", .number(10.5)), ScalarRow("1.2.3", .string("1.2.3")),
        ScalarRow("0x1p3", .string("0x1p3")), ScalarRow("inf", .string("inf")), ScalarRow("nan", .string("nan")),
        ScalarRow("1:20", .string("1:20")), ScalarRow("10m", .string("10m")), ScalarRow("1Gi", .string("1Gi")),
    ])
    func `numbers are decimal, octal, hexadecimal or binary`(_ row: ScalarRow) throws {
        try expect(row)
    }

    @Test(arguments: ["2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5"])
    func `a timestamp stays text`(_ text: String) throws {
        try expect(ScalarRow(text, .string(text)))
    }

    @Test(arguments: [
        ScalarRow("'yes'", .string("yes")), ScalarRow("\"12\"", .string("12")), ScalarRow("''", .string("")),
        ScalarRow("'~'", .string("~")),
        ScalarRow("!!str yes", .string("yes")), ScalarRow("!!str", .string("")),
        ScalarRow("!!str 0777", .string("0777")),
        ScalarRow("!!int '12'", .integer(12)), ScalarRow("!!float 1", .integer(1)),
        ScalarRow("!!float '1.5'", .number(1.5)),
        ScalarRow("!!bool 'yes'", .bool(true)), ScalarRow("!!null ''", .null),
        ScalarRow("!!binary aGVsbG8=", .string("hello")),
        ScalarRow("!!timestamp 2001-12-14", .string("2001-12-14")), ScalarRow("!secret 12", .string("12")),
    ])
    func `quotes and tags decide before the text does`(_ row: ScalarRow) throws {
        try expect(row)
    }

    @Test(arguments: [".inf", "-.INF", "+.Inf", ".nan", ".NaN"])
    func `a number that JSON does not have is an error`(_ text: String) {
        let yaml = MarkedYAML("a: ↓\(text)")
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(yaml.text, file: yaml.file) }
        #expect(error?.message == "'\(text)' is a number that JSON does not have")
        #expect(error?.place == yaml.place)
    }

    @Test(arguments: ["!!int abc", "!!int 1.5", "!!bool 1", "!!null x", "!!float x", "!!binary '*'", "!!binary abc"])
    func `a text that its tag does not fit is an error`(_ text: String) {
        #expect(throws: YAMLError.self) { try YAMLParser.parse("a: \(text)", file: "test.yaml") }
    }

    @Test func `a value that is not there is null`() throws {
        #expect(try YAMLParser.parse("a:\nb: x\n", file: "test.yaml") == [["a": .null, "b": "x"]])
    }

    private func expect(_ row: ScalarRow, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let node = try #require(try YAMLParser.parse("a: \(row.text)\n", file: "test.yaml").first?.mapping?["a"])
        #expect(node.content == row.content, sourceLocation: sourceLocation)
    }
}
