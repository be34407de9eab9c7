import Testing

@testable import Runs

struct LineAssemblerTests {
    @Test func `lines come whole, however their bytes were cut`() {
        var lines = LineAssembler()
        #expect(lines.append(Array("on".utf8)) == nil)
        #expect(lines.append(Array("e\ntwo\nth".utf8)) == "one\ntwo\n")
        #expect(lines.append(Array("ree\n".utf8)) == "three\n")
        #expect(lines.finish() == nil)
    }

    @Test func `the last line may lack its newline`() {
        var lines = LineAssembler()
        #expect(lines.append(Array("a\nb".utf8)) == "a\n")
        #expect(lines.finish() == "b")
        #expect(lines.finish() == nil)
    }

    @Test func `a letter that is cut in two stays whole`() {
        var lines = LineAssembler()
        let bytes = Array("é\n".utf8)
        #expect(lines.append([bytes[0]]) == nil)
        #expect(lines.append(Array(bytes[1...])) == "é\n")
    }
}
