import CEL
import Testing

/// Regular expressions in RE2's syntax.
struct PatternTests {
    @Test(arguments: [
        ("a+b", "xaab"), ("^v\\d+\\.\\d+$", "v1.20"), ("(a|b)*c", "ababc"), ("[^a-c]", "d"), ("\\bfoo\\b", "a foo b"),
        ("(?i)MAIN", "main"), ("a{2,3}", "aa"), ("a{,2}", "a{,2}"), ("[[:alpha:]]+", "abc"), ("\\pL", "ß"),
        ("(?m)^b$", "a\nb\nc"), ("(?s)a.b", "a\nb"), ("\\x41", "A"), ("\\Qa.b\\E", "a.b"), ("", "anything"),
        ("(?P<name>a)", "a"), ("x*?", ""), ("[]a]", "]"), ("\\p{Greek}", "λ"),
    ])
    func `a pattern is found`(_ pattern: String, _ text: String) throws {
        #expect(try Pattern(pattern).isFound(in: text))
    }

    @Test(arguments: [
        ("^a$", "ab"), ("a.b", "a\nb"), ("\\d", "x"), ("(?i:a)b", "AB"), ("\\.", "x"), ("[a-c]", "d"), ("a{3}", "aa"),
    ])
    func `a pattern is not found`(_ pattern: String, _ text: String) throws {
        #expect(try !Pattern(pattern).isFound(in: text))
    }

    @Test(arguments: ["(", "a**", "[b-a]", "(?=a)", "\\1", "a{1001}", "*", "[a", "(?P<>a)", "\\"])
    func `what is no pattern is refused`(_ pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }

    @Test func `many chances do not take long`() throws {
        let pattern = try Pattern("(a*)*b")
        #expect(!pattern.isFound(in: String(repeating: "a", count: 2000)))
    }
}
