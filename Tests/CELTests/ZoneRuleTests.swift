import Testing

@testable import CEL

struct ZoneRuleTests {
    @Test(
        arguments: [
            // 31 March 2024, 01:00 UTC
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_711_846_799, 3600), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_711_846_800, 7200),
            // 27 October 2024, 01:00 UTC
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_729_990_799, 7200), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_729_990_800, 3600),
            // Summer in the south lies over the turn of the year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_704_067_200, 39_600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_719_792_000, 36_000),
            ("<+0530>-5:30", 0, 19_800), ("UTC0", 0, 0), ("EST5", 0, -18_000),
            // 1 March 2024 is day 60, whether there was a leap day or not.
            ("A0B,J60/0,J300", 1_709_251_199, 0), ("A0B,J60/0,J300", 1_709_251_200, 3600),
            ("A0B,59/0,300", 1_709_164_799, 0), ("A0B,59/0,300", 1_709_164_800, 3600),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_711_846_800, -3600),
        ] as [(String, Int64, Int64)]
    )
    func `a rule tells how far a zone is ahead`(_ row: (rule: String, moment: Int64, shift: Int64)) throws {
        #expect(try #require(ZoneRule(row.rule)).shift(at: row.moment) == row.shift)
    }

    @Test(arguments: [
        "", "CET", "1", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "<x-1", "CET-1CEST,M3.5.0,M10.5.0x",
    ])
    func `what is no rule is not read`(text: String) {
        #expect(ZoneRule(text) == nil)
    }

    @Test func `what is no zone file is not read`() {
        #expect(ZoneFile([]) == nil)
        #expect(ZoneFile(Array("TZif2".utf8)) == nil)
        #expect(ZoneFile(Array(("TZif2" + String(repeating: "\u{7F}", count: 39)).utf8)) == nil)
    }
}
