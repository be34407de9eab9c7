import Testing

@testable import Pods

@Suite struct `Variables in a text` {
    @Test(arguments: [
        ("plain", "plain"), ("$(A)", "1"), ("x$(A)y$(B)", "x1y2"), ("$(C)", "$(C)"), ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"), ("$$$$(A)", "$$(A)"), ("$", "$"), ("$A", "$A"), ("$(A", "$(A"), ("$()", "$()"),
        ("ü$(A)ü", "ü1ü"),
    ])
    func `are replaced where they are known`(_ row: (text: String, expected: String)) {
        #expect(VariableExpansion.expand(row.text, with: ["A": "1", "B": "2"]) == row.expected)
    }
}
