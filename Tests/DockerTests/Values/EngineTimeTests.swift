import Foundation
import Testing

@testable import Docker

struct EngineTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2024-02-29T00:00:00Z", 1_709_164_800),
            ("2024-03-01T00:00:00Z", 1_709_251_200),
            ("2024-12-31T23:59:59Z", 1_735_689_599),
            ("2025-01-01T01:00:00+01:00", 1_735_689_600),
            ("2024-12-31T18:30:00-05:30", 1_735_689_600),
            ("2025-01-01T00:00:00.5Z", 1_735_689_600.5),
            ("2025-01-01T00:00:00.123456789Z", 1_735_689_600.123456789),
            ("2025-01-01T02:00:00.25+02:00", 1_735_689_600.25),
        ] as [(String, Double)]
    )
    func `a time is read to the fraction of a second`(text: String, seconds: Double) throws {
        let date = try #require(EngineTime.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(arguments: [
        "0001-01-01T00:00:00Z", "", "2025", "2025-01-01", "2025-01-01 00:00:00Z", "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z", "2025-01-32T00:00:00Z", "2025-01-01T00:00:00", "2025-01-01T00:00:00.Zulu",
        "2025-01-01T00:00:00+1:00", "2025-01-01T00:00:00Z trailing",
    ])
    func `what is no time is none`(text: String) {
        #expect(EngineTime.date(text) == nil)
    }

    @Test(arguments: [
        (0.0, "0.000000000"),
        (1_735_689_600.0, "1735689600.000000000"),
        (1_735_689_600.5, "1735689600.500000000"),
        (0.0009765625, "0.000976562"),
        (-0.5, "-1.500000000"),
    ])
    func `a time is written with nine decimals`(seconds: Double, text: String) {
        #expect(EngineTime.seconds(Date(timeIntervalSince1970: seconds)) == text)
    }
}
