import Testing
import YAML

struct YAMLEmitterTests {
    @Test(
        arguments: [
            ([:], "{}\n"), ([], "[]\n"), ("a", "a\n"), (.null, "null\n"),
            (
                ["a": [:], "b": [], "c": .null, "d": true, "e": 1, "f": .init(.number(1.5))],
                "a: {}\nb: []\nc: null\nd: true\ne: 1\nf: 1.5\n"
            ),
            (
                ["steps": [["name": "a", "args": ["x", "y"]], ["name": "b"]]],
                "steps:\n- name: a\n  args:\n  - x\n  - \"y\"\n- name: b\n"
            ),
            ([["a", ["b"]], [["c": ["d": 1]]]], "- - a\n  - - b\n- - c:\n      d: 1\n"),
            (["a": ["b": "x\ny\n"]], "a:\n  b: |\n    x\n    y\n"),
            (["a": "x\ny"], "a: |-\n  x\n  y\n"),
            (["a": "x\n\n\n"], "a: |+\n  x\n\n\n"),
            (["a": " x\ny\n"], "a: |2\n   x\n  y\n"),
            (["a": ["x\n"]], "a:\n- |\n  x\n"),
            (["a b": 1, "yes": 2, "a: b": 3, "x\ny": 4], "a b: 1\n\"yes\": 2\n'a: b': 3\n\"x\\ny\": 4\n"),
        ] as [(YAMLNode, String)]
    )
    func `a tree is written as kubectl does`(_ node: YAMLNode, _ text: String) {
        #expect(YAMLEmitter.emit(node) == text)
    }

    @Test(arguments: [
        "", "yes", "No", "y", "null", "~", "true", "12", "017", "0o17", "1e3", ".5", ".inf", ".nan", "1_000", "+1",
        "-1",
        "2001-12-14", "2001-12-14T21:59:43Z", "12:30", "---", "190:20:30", "<<", "=", "a\tb", "\u{7}", "\u{85}",
        "\u{2028}",
        "\n",
        "\n\n", "a\r\nb", "\r",
    ])
    func `text that could be taken for something else stands in double quotes`(_ text: String) throws {
        let written = YAMLEmitter.emit(["a": YAMLNode(text)])
        #expect(written.hasPrefix("a: \""))
        #expect(try YAMLParser.parse(written, file: "test.yaml") == [["a": YAMLNode(text)]])
    }

    @Test(arguments: [
        "- a", "-", "? a", ": a", "a:", "a: b", "a #b", "#a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "{a}",
        "[a]", ",a",
        " a", "a ", "'", "\"a\"", "--- a", "...", "$(params.a): b",
    ])
    func `text with signs of YAML stands in single quotes`(_ text: String) throws {
        let written = YAMLEmitter.emit(["a": YAMLNode(text)])
        #expect(written.hasPrefix("a: '"))
        #expect(try YAMLParser.parse(written, file: "test.yaml") == [["a": YAMLNode(text)]])
    }

    @Test(arguments: [
        "a", "a b", "-a", "?a", ":a", "a:b", "a#b", "http://x/y?z=1", "$(params.a)", "1Gi", "v1.2.3", "é", "😀", "a'b",
    ])
    func `plain text stays plain`(_ text: String) throws {
        let written = YAMLEmitter.emit(["a": YAMLNode(text)])
        #expect(written == "a: \(text)\n")
        #expect(try YAMLParser.parse(written, file: "test.yaml") == [["a": YAMLNode(text)]])
    }

    @Test(arguments: [
        "a\nb", "a\nb\n", "a\n\n\nb\n\n", "\na\n", "  a\n b\nc", "\ta\nb", "a \nb ",
        "#!/bin/sh\nset -e\n\techo \"$x\"\n", "a\n ", " \n a",
        "---\na", "a: b\n- c\n", "a\n\u{7}b",
    ])
    func `text of several lines is read again as it was`(_ text: String) throws {
        for node in [["a": ["b": YAMLNode(text), "c": 1]], [YAMLNode(text), [YAMLNode(text)]], YAMLNode(text)]
            as [YAMLNode]
        {
            #expect(try YAMLParser.parse(YAMLEmitter.emit(node), file: "test.yaml") == [node])
        }
    }

    @Test func `documents are written with a line between them`() {
        #expect(YAMLEmitter.emit(documents: [["a": 1], ["b": 2]]) == "a: 1\n---\nb: 2\n")
    }
}
