import Testing

@testable import Entrypoint

struct TerminationMessageTests {
    @Test(
        arguments: [
            ([UInt8]("plain ünï".utf8), #""plain ünï""#),
            ([UInt8]("a\"b\\c/d".utf8), #""a\"b\\c/d""#),
            ([UInt8]("\n\r\t\u{8}\u{C}".utf8), #""\n\r\t\b\f""#),
            ([0x00, 0x01, 0x1F, 0x7F], "\"\\u0000\\u0001\\u001f\u{7F}\""),
            ([UInt8]("<a href='x'>&".utf8), #""\u003ca href='x'\u003e\u0026""#),
            ([UInt8]("\u{2028}\u{2029}\u{2027}".utf8), "\"\\u2028\\u2029\u{2027}\""),
            ([UInt8]("😀".utf8), "\"😀\""),
            ([0x61, 0xFF, 0x62], #""a\ufffdb""#),
            ([0xC3], #""\ufffd""#),
            ([0xC0, 0x80], #""\ufffd\ufffd""#),
            ([0xED, 0xA0, 0x80], #""\ufffd\ufffd\ufffd""#),
            ([0xF4, 0x90, 0x80, 0x80], #""\ufffd\ufffd\ufffd\ufffd""#),
            ([0xE2, 0x82], #""\ufffd\ufffd""#),
            ([], #""""#),
        ] as [([UInt8], String)]
    )
    func `strings are escaped as Go escapes them`(bytes: [UInt8], text: String) {
        var encoded: [UInt8] = []
        JSONString.append(bytes, to: &encoded)
        #expect(String(decoding: encoded, as: UTF8.self) == text)
    }

    @Test func `results come first, then what the entrypoint knows`() {
        var message = TerminationMessage()
        message.facts = [.init("StartedAt", "now"), .init("ExitCode", "3")]
        message.results = [.init("commit", Array("abc\n".utf8), .taskRunResult), .init("d", [], .stepResult)]
        #expect(
            String(decoding: message.encoded, as: UTF8.self) == """
                [{"key":"commit","value":"abc\\n","type":1},{"key":"d","value":"","type":4},\
                {"key":"StartedAt","value":"now","type":3},{"key":"ExitCode","value":"3","type":3}]
                """
        )
    }

    @Test(arguments: [0, 1])
    func `a message has room for 4096 bytes and not one more`(excess: Int) {
        var message = TerminationMessage()
        message.facts = [.init("StartedAt", "now")]
        message.results = [.init("big", [], .taskRunResult)]
        let room = TerminationMessage.limit - message.encoded.count
        message.results = [.init("big", [UInt8](repeating: 0x61, count: room + excess), .taskRunResult)]
        #expect(message.fits == (excess == 0))
        if !message.fits {
            #expect(message.encoded == TerminationMessage.encode(message.facts))
        }
    }
}
