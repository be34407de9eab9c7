import Manifests
import Testing

@Suite struct `A quantity` {
    @Test(arguments: [
        ("0", 0), ("12", 12), ("1.5", 1.5), ("500m", 0.5), ("1Ki", 1024), ("1.5Gi", 1_610_612_736), ("2k", 2000),
        ("2e3", 2000), ("1E", 1e18), ("1G", 1e9), ("250u", 0.00025),
    ])
    func `is read as Kubernetes writes it`(_ row: (text: String, value: Double)) {
        #expect(Quantity(row.text)?.value == row.value)
    }

    @Test(arguments: ["", "abc", "1X", "1 Gi", "Mi", "--1"])
    func `is not read from what is none`(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(arguments: [("64Mi", "1Mi", 64), ("1500m", "1", 2), ("1500m", "1m", 1500), ("1", "0", 0)])
    func `is counted in units, rounded up`(_ row: (amount: String, divisor: String, count: Int)) throws {
        let amount = try #require(Quantity(row.amount))
        #expect(amount.count(of: try #require(Quantity(row.divisor))) == row.count)
    }

    @Test(arguments: [
        ("0", "0"), ("0.5", "500m"), ("1000m", "1"), ("1500m", "1500m"), ("1000", "1k"), ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("512", "512"), ("0.5Ki", "512"), ("1e3", "1e3"), ("12e4", "120e3"), ("-2000m", "-2"), ("100u", "100u"),
    ])
    func `is written with the largest suffix with which it is whole`(_ row: (text: String, written: String)) {
        #expect(Quantity(row.text)?.description == row.written)
    }
}
