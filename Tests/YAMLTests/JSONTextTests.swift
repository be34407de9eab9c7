import Foundation
import Testing
import YAML

struct JSONTextTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (-1, "-1"), ("é\"\\\n\t\u{1}/😀", "\"é\\\"\\\\\\n\\t\\u0001/😀\""),
            ([:], "{}"), ([], "[]"), (["b": [1, "x"], "a": .null], "{\"b\":[1,\"x\"],\"a\":null}"),
        ] as [(YAMLNode, String)]
    )
    func `a tree is JSON without spaces, keys in their order`(_ node: YAMLNode, _ text: String) {
        #expect(node.jsonText() == text)
    }

    @Test(arguments: [
        (1.5, "1.5"), (-0.25, "-0.25"), (1000, "1000"), (0.1, "0.1"), (123456.789, "123456.789"),
        (0.000001, "0.000001"),
        (0.0000001, "1e-7"), (1.25e-9, "1.25e-9"), (1e16, "10000000000000000"), (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"), (0x1p64, "18446744073709552000"), (-0.0, "-0"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func `numbers have the fewest digits`(_ number: Double, _ text: String) {
        #expect(YAMLNode(.number(number)).jsonText() == text)
    }

    @Test func `pretty text is indented by four spaces`() {
        let node: YAMLNode = ["a": [1, ["b": [:]]], "c": []]
        let text = """
            {
                "a": [
                    1,
                    {
                        "b": {}
                    }
                ],
                "c": []
            }
            """
        #expect(node.jsonText(pretty: true) == text)
    }

    @Test func `keys can be sorted, at every level`() {
        let node: YAMLNode = ["b": ["d": 1, "c": 2], "a": 3]
        #expect(node.jsonText(sortedKeys: true) == "{\"a\":3,\"b\":{\"c\":2,\"d\":1}}")
    }

    @Test func `a decoder keeps booleans, integers and numbers apart`() throws {
        let text = #"{"a":[true,false,0,1,-5,1.5,1e3,null,"1"],"b":{"c":{}},"d":[]}"#
        let node = try JSONDecoder().decode(YAMLNode.self, from: Data(text.utf8))
        let expected: YAMLNode = [
            "a": [true, false, 0, 1, -5, YAMLNode(.number(1.5)), 1000, .null, "1"], "b": ["c": [:]], "d": [],
        ]
        #expect(node == expected)
        #expect(try JSONDecoder().decode(YAMLNode.self, from: JSONEncoder().encode(node)) == node)
        #expect(try YAMLParser.parse(node.jsonText(pretty: true), file: "test.json") == [node])
    }
}
