import CEL
import Testing

/// Expressions and what they are worth.
struct ProgramTests {
    @Test(arguments: [
        "1 + 2 * 3 == 7", "7 % 4 == 3", "-(-3) == 3", "2u * 3u == 6u", "1.5 + 1.5 == 3.0", "0x1F == 31",
        "'a' + 'b' == 'ab'", "[1] + [2] == [1, 2]", "b'a' == bytes('a')", "r'\\d' == '\\\\d'",
        "'x' in ['x', 'y']", "'k' in {'k': 1}", "{'k': 1}.k == 1", "{1: 'a'}[1] == 'a'", "[1, 2][1] == 2",
        "size('Größe') == 5", "[1, 2].size() == 2", "'release/v1'.matches('release/.*')",
        "'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.contains('b')",
        "has({'a': 1}.a) && !has({'a': 1}.b)", "[1, 2, 3].all(x, x > 0)", "[1, 2, 3].exists(x, x == 2)",
        "[1, 2, 3].exists_one(x, x > 2)", "[1, 2].map(x, x * 2) == [2, 4]", "[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]",
        "[1, 2, 3].filter(x, x > 1) == [2, 3]", "{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])",
        "true || 1 / 0 > 0", "1 / 0 > 0 || true", "!(false && 1 / 0 > 0)", "true ? true : 1 / 0 > 0",
        "int('42') == 42", "string(1.5) == '1.5'", "string(1e21) == '1e+21'", "double('1e3') == 1000.0",
        "bool('true')", "uint(3) == 3u", "type(1) == int", "type(type(1)) == type",
        "timestamp('2024-02-29T12:00:00Z').getMonth() == 1", "duration('1h30m').getMinutes() == 90",
        "timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')",
        "timestamp('2024-07-01T00:00:00Z').getHours('+02:00') == 2", "string(duration('90s')) == '90s'",
        "timestamp('2024-07-01T00:00:00Z').getHours('Europe/Berlin') == 2",
        "timestamp('2024-01-01T00:00:00Z').getHours('Europe/Berlin') == 1",
        "timestamp('1800-01-01T00:00:00Z').getMinutes('Europe/Berlin') == 53",
        "timestamp('2150-07-01T00:00:00Z').getHours('Europe/Berlin') == 2",
        "timestamp('2150-12-01T00:00:00Z').getHours('Europe/Berlin') == 1",
        "timestamp('2150-12-01T00:00:00Z').getHours('Australia/Sydney') == 11",
        "timestamp('2150-07-01T00:00:00Z').getMinutes('Asia/Kolkata') == 30",
        "timestamp('2150-07-01T00:00:00Z').getHours('UTC') == 0", "dyn(1) == 1.0", "1 == 1 ? 'a' == 'a' : false",
    ])
    func `an expression is true`(_ text: String) throws {
        guard case .bool(true) = try Program(text).evaluate() else {
            Issue.record("\(text) is \(try Program(text).evaluate())")
            return
        }
    }

    @Test(arguments: [
        ("1 +", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>'"),
        ("a == 'x'", "ERROR: <input>:1:1: undeclared reference to 'a' (in container '')\n | a == 'x'\n | ^"),
        ("'a' == 1", "ERROR: <input>:1:5: found no matching overload for '_==_' applied to '(string, int)'"),
        ("'a' && true", "ERROR: <input>:1:1: expected type 'bool' but found 'string'"),
        ("1 / 0 == 1", "division by zero"), ("9223372036854775807 + 1 == 1", "integer overflow"),
        ("{'a': 1}.b == 1", "no such key: b"), ("[1][2] == 1", "index out of bounds: 2"),
        ("'a'.matches('(')", "error parsing regexp: missing closing ): `(`"),
        ("timestamp('2024-01-01T00:00:00Z').getHours('Nowhere') == 1", "unknown time zone Nowhere"),
        ("timestamp('2024-01-01T00:00:00Z').getHours('../zoneinfo/UTC') == 1", "unknown time zone"),
        ("for == 1", "ERROR: <input>:1:1: reserved identifier: for"),
    ])
    func `what is wrong is told`(_ text: String, _ message: String) {
        #expect(performing: { try Program(text).evaluate() }, throws: { "\($0)".hasPrefix(message) })
    }

    @Test func `variables are named by the environment`() throws {
        let environment = Environment(variables: ["body": .map(.string, .dyn), "url": .string])
        let body = MapValue([(.string("ref"), .string("refs/heads/main"))])
        let program = try Program("body.ref.endsWith('main') && url == 'u'", in: environment)
        guard case .bool(true) = try program.evaluate(["body": .map(try #require(body)), "url": .string("u")]) else {
            Issue.record("is not true")
            return
        }
    }
}
