import Docker
import Testing

struct APIVersionTests {
    @Test(arguments: [
        ("1.41", APIVersion(major: 1, minor: 41)),
        ("2.0", APIVersion(major: 2, minor: 0)),
        ("1", nil),
        ("1.", nil),
        (".41", nil),
        ("1.41.0", nil),
        ("v1.41", nil),
        ("", nil),
    ])
    func `a version is two numbers and a dot`(text: String, version: APIVersion?) {
        #expect(APIVersion(text) == version)
    }

    @Test func `versions are ordered by number, not by letter`() throws {
        let old = try #require(APIVersion("1.9"))
        let new = try #require(APIVersion("1.41"))
        #expect(old < new)
        #expect(new < APIVersion(major: 2, minor: 0))
        #expect("\(new)" == "1.41")
    }
}
