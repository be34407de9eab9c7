import Testing

@testable import Resolvers

struct CatalogVersionTests {
    @Test(arguments: [
        ("1.2", "1.2.0"), ("v1.2.3", "1.2.3"), ("1", "1.0.0"), ("1.2.3.4", "1.2.3.4"), ("1.2-beta.1", "1.2.0-beta.1"),
        ("1.2beta", "1.2.0-beta"), ("1.0.0+meta", "1.0.0+meta"),
    ])
    func `a version is read`(_ written: String, _ text: String) {
        #expect(CatalogVersion(written)?.text == text)
    }

    @Test(arguments: ["", "x", "1.", "1..2", "latest", "1 2"])
    func `what is no version is none`(_ text: String) {
        #expect(CatalogVersion(text) == nil)
    }

    @Test func `versions are ordered by their numbers, pre-releases first`() throws {
        let order = [
            "0.9", "0.10.0-alpha", "0.10.0-alpha.1", "0.10.0-beta", "0.10.0-beta.2", "0.10.0-beta.10", "0.10.0",
        ]
        let versions = try order.map { try #require(CatalogVersion($0)) }
        for (index, version) in versions.enumerated() {
            for (other, later) in versions.enumerated() where order[index] != order[other] {
                // go-version puts a part that is missing before a number, and after a word.
                let isPair = order[index] == "0.10.0-alpha" && order[other] == "0.10.0-alpha.1"
                if index < other, !isPair { #expect(version < later, "\(order[index]) < \(order[other])") }
            }
        }
    }

    @Test(arguments: [
        ("1.2.0", "1.2", true), ("=1.2", "1.2.0", true), ("!= 1.2", "1.2.0", false), ("> 1.2", "1.2.1", true),
        ("> 1.2", "1.2", false), (">= 1.2, < 2", "1.9", true), (">= 1.2, < 2", "2.0", false), ("<= 1.2", "1.2.0", true),
        ("~> 1.2", "1.9.5", true), ("~> 1.2", "2.0", false), ("~> 1.2.3", "1.2.9", true), ("~> 1.2.3", "1.3.0", false),
        ("~> 1.2.3", "1.2.2", false), ("> 1.0", "1.1-beta", false), (">= 1.1-beta", "1.1-beta.2", true),
        (">= 1.1-beta", "1.2-beta", false),
    ])
    func `a constraint allows a version`(_ constraint: String, _ version: String, _ isAllowed: Bool) throws {
        let constraints = try #require(VersionConstraints(constraint))
        #expect(constraints.allow(try #require(CatalogVersion(version))) == isAllowed)
    }

    @Test(arguments: ["latest", ">= x", "1.2,", ""])
    func `what is no constraint names a version as it stands`(_ text: String) {
        #expect(VersionConstraints(text) == nil)
    }
}
