import Testing

@testable import Runs

struct MaskerTests {
    private func masker(_ secrets: String...) -> Masker { Masker(secrets: secrets.map { Array($0.utf8) }) }

    @Test(arguments: [
        ("password is hunter22!", "password is ***!"),
        ("hunter22hunter22", "******"),
        ("hunter2", "hunter2"),
        ("nothing here", "nothing here"),
        ("aHVudGVyMjI", "***"),
        ("user:hunter22@host", "user:***@host"),
    ])
    func `a secret is masked as it is and in base64`(_ text: String, _ expected: String) {
        #expect(masker("hunter22").mask(text) == expected)
    }

    @Test func `a URL-encoded secret is masked`() {
        #expect(masker("p@ss/word").mask("https://u:p%40ss%2Fword@host") == "https://u:***@host")
    }

    @Test func `each line of a secret of several lines is masked`() {
        #expect(masker("-----BEGIN-----\nabcdef\n").mask("one: abcdef") == "one: ***")
    }

    @Test func `a value that is too short to hide is left alone`() {
        #expect(masker("ab", "").mask("ab abc") == "ab abc")
    }

    @Test func `the longest secret wins where several begin`() {
        #expect(masker("abc", "abcdef").mask("abcdef abcd") == "*** ***d")
    }

    @Test(arguments: 0...12)
    func `a secret that is cut by the border of two chunks is masked`(_ cut: Int) {
        let text = Array("x hunter22 y".utf8)
        var stream = MaskingStream(masker("hunter22", "hunter"))
        let shown = stream.append(Array(text[..<cut])) + stream.append(Array(text[cut...])) + stream.finish()
        #expect(String(decoding: shown, as: UTF8.self) == "x *** y")
    }

    @Test func `what only began like a secret is shown in the end`() {
        var stream = MaskingStream(masker("hunter22"))
        #expect(stream.append(Array("a hunt".utf8)) == Array("a ".utf8))
        #expect(stream.finish() == Array("hunt".utf8))
    }
}
