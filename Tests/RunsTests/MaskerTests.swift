import Foundation
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
        ("aHVudGVyMjI=", "***="),
        ("user:hunter22@host", "user:***@host"),
    ])
    func `a secret is masked as it is and in base64`(_ text: String, _ expected: String) {
        #expect(masker("hunter22").mask(text) == expected)
    }

    @Test(arguments: ["", "x", "xy", "xyz", "user:"])
    func `a secret is masked wherever it stands in a base64 text`(_ before: String) throws {
        let text = Data("\(before)pässwörd-of-ours?>~ and more".utf8).base64EncodedString()
        let masked = masker("pässwörd-of-ours?>~").mask(text)
        let core = Data("sswörd-of-ours".utf8).base64EncodedString().dropFirst(3).dropLast(4)
        #expect(masked.contains("***"))
        #expect(masked.count < text.count - 20, "\(masked)")
        #expect(!masked.contains(core))
        let url = text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        #expect(masker("pässwörd-of-ours?>~").mask(url).count == masked.count)
    }

    @Test(arguments: [64, 76], ["\n", "\r\n"])
    func `base64 that is broken into lines is masked, and its lines stay`(_ width: Int, _ end: String) {
        let secret = (0..<40).map { "line \($0) of a secret text" }.joined(separator: ";")
        let all = Data("before \(secret) after".utf8).base64EncodedString()
        var lines: [String] = []
        for start in stride(from: 0, to: all.count, by: width) {
            lines.append(String(all.dropFirst(start).prefix(width)))
        }
        let masked = masker(secret).mask(lines.joined(separator: end) + "\nplain\n")
        let shown = masked.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        #expect(shown.count == lines.count + 2)
        #expect(shown.dropFirst().dropLast(3).allSatisfy { $0 == "***" }, "\(shown)")
        #expect(shown.first?.hasSuffix("***") == true)
        #expect(shown.suffix(2) == ["plain", ""])
    }

    @Test(arguments: [
        "p@ss/w+rd ?ü", "p%40ss%2Fw%2Brd%20%3F%C3%BC", "p%40ss%2fw%2brd%20%3f%c3%bc", "p%40ss/w%2Brd+?%C3%BC",
        #"p@ss\/w+rd ?\u00fc"#, #"p@ss/w+rd ?\u00FC"#, #"p\@ss/w\+rd\ \?ü"#,
    ])
    func `a secret is masked as programs write it`(_ spelling: String) {
        #expect(masker("p@ss/w+rd ?ü").mask("<\(spelling)>") == "<***>")
    }

    @Test(arguments: [
        #"it's "so" <a&b>\c"#, #"it'\''s "so" <a&b>\c"#, #"it's \"so\" <a&b>\\c"#,
        #"it's \"so\" \u003ca\u0026b\u003e\\c"#, #"it&#39;s &quot;so&quot; &lt;a&amp;b&gt;\c"#,
    ])
    func `quotes and escapes hide nothing`(_ spelling: String) {
        #expect(masker(#"it's "so" <a&b>\c"#).mask("[\(spelling)]") == "[***]")
    }

    @Test func `each line of a secret of several lines is masked`() {
        #expect(masker("-----BEGIN-----\nabcdef\n").mask("one: abcdef") == "one: ***")
        #expect(masker("abcdef\nx\nghijkl").mask("a\nabcdef\nx\nghijkl\nb") == "a\n***\n***\n***\nb")
        #expect(masker("abcdef\nx\nghijkl").mask(#"{"key":"abcdef\nx\nghijkl"}"#) == #"{"key":"***"}"#)
    }

    @Test(arguments: [
        ("https://me:s%C3%A9same-open@host/repo", "sésame-open"),
        ("https://ghp_0123456789@github.com", "ghp_0123456789"),
        ("https://ghp_0123456789:x-oauth-basic@github.com", "ghp_0123456789"),
        ("machine h login me password open-sesame", "open-sesame"),
        ("# for the registry\nexport REGISTRY_PASSWORD='open-sesame'", "open-sesame"),
        ("users:\n- user:\n    token: open-sesame", "open-sesame"),
        (#"{"auths":{"r.example":{"auth":"bWU6b3Blbi1zZXNhbWU="}}}"#, "open-sesame"),
        (#"{"auths":{"r.example":{"auth":"bWU6b3Blbi1zZXNhbWU="}}}"#, "bWU6b3Blbi1zZXNhbWU"),
        (#"{"auths":{"r.example":{"identitytoken":"open-sesame"}}}"#, "open-sesame"),
        (#"{"private_key":"-----BEGIN-----\nopen-sesame\n-----END-----"}"#, "open-sesame"),
    ])
    func `what is secret inside a secret is masked by itself`(_ secret: String, _ inner: String) {
        #expect(masker(secret).mask("the \(inner).") == "the ***.")
    }

    @Test func `what a client is told beside its credentials is no secret`() {
        let config = masker("[user]\n\tname = Ada\n[credential]\n\thelper = store\n")
        #expect(config.mask("store Ada in user.name") == "store Ada in user.name")
    }

    @Test func `a value that is too short to hide is left alone`() {
        #expect(masker("ab", "").mask("ab abc") == "ab abc")
        #expect(Masker.isTooShort(Array("ab\n".utf8)))
        #expect(!Masker.isTooShort([]))
        #expect(!Masker.isTooShort(Array("abc".utf8)))
    }

    @Test func `the longest secret wins where several begin, and what overlaps is hidden too`() {
        #expect(masker("abc", "abcdef").mask("abcdef abcd") == "*** ***d")
        #expect(masker("abcde", "defgh").mask("abcdefgh i") == "*** i")
    }

    @Test func `bytes that are no text stay what they were`() {
        let bytes: [UInt8] = [0xFF, 0x00, 0xC3] + Array("hunter22".utf8) + [0xFE, 0x80]
        #expect(masker("hunter22").mask(bytes) == [0xFF, 0x00, 0xC3] + Array("***".utf8) + [0xFE, 0x80])
        let key: [UInt8] = [0xFF, 0xFE, 0xFD, 0x01]
        #expect(Masker(secrets: [key]).mask([0x20] + key + [0x20]) == Array(" *** ".utf8))
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

    @Test func `a whole line does not wait for the next`() {
        var stream = MaskingStream(masker("hunter22", "first line\nsecond line"))
        for line in ["this ends in aHVud\n", "this ends in hunter\n", "in %\n", "in \\\n"] {
            #expect(String(decoding: stream.append(Array(line.utf8)), as: UTF8.self) == line)
        }
    }

    @Test func `without secrets bytes pass as they are`() {
        var stream = MaskingStream(Masker())
        #expect(stream.append([1, 2, 3]) == [1, 2, 3])
        #expect(stream.finish() == [])
        #expect(Masker(secrets: [[], [0x61]]).isEmpty)
    }
}
