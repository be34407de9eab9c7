import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Git

struct SparsePatternsTests {
    private static let paths = [
        "a", "a.md", "lib/a", "lib/a.md", "lib/deep/x", "lib/deep/er/x.md", "library/x", "docs/lib/y", "docs/b/c/a.md",
        "#hash", "!bang", "with blank", "with blank ", "back\\slash", "br[ack]et", "Upper/x", "x/lib", "abc/d",
        "abcd/e/f",
        "dir/abc", "dir/b-c", "dir/b]c", "é/ü",
    ]

    /// Patterns of one checkout each, separated by line breaks.
    private static let patterns = [
        "lib", "/lib", "lib/", "/lib/", "lib/*", "lib/**", "**/lib", "**/lib/**", "lib/**/x*", "*.md", "/*.md",
        "lib\n!lib/deep", "lib\n!deep", "/*\n!/*/", "*\n!*.md", "!lib", "#hash", "\\#hash", "\\!bang", "!bang",
        "with blank", "with\\ blank\\ ", "with blank   ", "back\\\\slash", "br\\[ack]et", "[a-b]", "[!a]*", "[^a-l]*",
        "dir/[a-c]bc", "dir/b[[:punct:]]c", "dir/b[]-]c", "[[:upper:]]*", "[[:nope:]]*", "dir/b[", "l?b", "?ib/deep/",
        "abc**", "abc**/f", "a**d", "abc*/**/f", "**", "/**", "**/", "*/lib", "lib/deep/**/*.md", "docs/**/a.md", "é",
        "é/?", "/", "//lib", "lib//x", "a*c*d*", "lib\r", "\n\nlib\n", "lib/deep\n!lib/\n/lib/a",
    ]

    @Test func `patterns choose the files that git chooses`() throws {
        let repository = try SampleRepository()
        for path in Self.paths { try repository.commit([path: .text("\(path)\n")]) }
        let tree = try repository.makeFolder("tree")
        func git(_ arguments: String...) throws -> String { try SampleRepository.git(["-C", tree.string] + arguments) }
        try SampleRepository.git(["clone", "-q", "--no-checkout", repository.path.string, tree.string])
        _ = try git("config", "core.sparseCheckout", "true")
        _ = try git("config", "core.quotePath", "false")
        _ = try git("read-tree", "HEAD")
        for text in Self.patterns {
            let file = tree.appending(".git/info/sparse-checkout").string
            try (text + "\n").write(toFile: file, atomically: false, encoding: .utf8)
            // Without index and files, git decides about every file anew.
            try FileManager.default.removeItem(atPath: tree.appending(".git/index").string)
            _ = try git("clean", "-fdxq")
            _ = try git("checkout", "-q", "-f", "HEAD")
            let listed = try git("ls-files", "-t", "-z").split(separator: "\0")
            let expected = listed.filter { $0.hasPrefix("H ") }.map { String($0.dropFirst(2)) }
            let patterns = SparsePatterns(text + "\n")
            let found = listed.map { String($0.dropFirst(2)) }.filter { patterns.includes($0) }
            #expect(found == expected, "\(text)")
        }
    }

    @Test func `a pattern of many stars does not take forever`() {
        let pattern = Wildmatch(Array(String(repeating: "*a", count: 40).utf8) + [0x62], stopsAtSlashes: true)
        #expect(!pattern.matches(Array(String(repeating: "a", count: 400).utf8)[...]))
    }
}
