import Manifests
import Testing
import YAML

struct KeyedDataTests {
    @Test func `a Secret has decoded data and plain stringData, which wins`() {
        let data = KeyedData(
            Document([
                "apiVersion": "v1", "kind": "Secret",
                "data": ["a": "aGVsbG8=", "b": "aGVs\nbG8=\n", "c": "/wA=", "d": "", "e": "eA==", "f": .null],
                "stringData": ["e": "y", "g": "aGVsbG8="],
            ])
        )
        #expect(
            data.entries == [
                "a": Array("hello".utf8), "b": Array("hello".utf8), "c": [0xFF, 0], "d": [], "e": Array("y".utf8),
                "f": [], "g": Array("aGVsbG8=".utf8),
            ]
        )
        #expect(data.unreadableKeys.isEmpty)
        #expect(data["c"] == [0xFF, 0])
        #expect(data["x"] == nil)
    }

    @Test func `a ConfigMap has plain data and decoded binaryData`() {
        let data = KeyedData(
            Document(["apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "aGk="], "binaryData": ["b": "aGk="]])
        )
        #expect(data.entries == ["a": Array("aGk=".utf8), "b": Array("hi".utf8)])
    }

    @Test func `what is no base64 or no text is named`() {
        let data = KeyedData(
            Document([
                "apiVersion": "v1", "kind": "Secret", "data": ["b": "a", "a": "*", "c": 1, "d": "a===", "e": "*"],
                "stringData": ["e": "x"],
            ])
        )
        #expect(data.unreadableKeys == ["a", "b", "c", "d"])
        #expect(data.entries == ["e": Array("x".utf8)])
    }
}
