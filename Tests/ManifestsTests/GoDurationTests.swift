import Manifests
import Testing

struct GoDurationTests {
    @Test(
        arguments: [
            ("0", 0), ("0s", 0), ("5s", 5_000_000_000), ("1h0m0s", 3_600_000_000_000), ("1.5h", 5_400_000_000_000),
            ("-1.5h", -5_400_000_000_000), ("+5s", 5_000_000_000), ("5.6s", 5_600_000_000), ("5.s", 5_000_000_000),
            (".5s", 500_000_000), ("1.0s", 1_000_000_000), ("1.004s", 1_004_000_000), ("12us", 12_000),
            ("12\u{B5}s", 12_000), ("12\u{3BC}s", 12_000), ("13ns", 13), ("14ms", 14_000_000),
            ("1h15m30.918s", 4_530_918_000_000), ("52763797000ns", 52_763_797_000),
            ("0.3333333333333333333h", 1_200_000_000_000), ("2562047h47m16.854775807s", Int64.max),
            ("-2562047h47m16.854775808s", Int64.min),
        ]
    )
    func `a duration is read as Go reads it`(text: String, nanoseconds: Int64) {
        #expect(GoDuration(text)?.nanoseconds == nanoseconds)
    }

    @Test(
        arguments: [
            "", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "1h 30m", "3000000h", "9223372036854775808ns", "forever",
            "1.2.3s", "\u{663}s",
        ]
    )
    func `what Go refuses is no duration`(text: String) {
        #expect(GoDuration(text) == nil)
    }

    @Test(
        arguments: [
            ("0", "0s"), ("1ns", "1ns"), ("1.1us", "1.1\u{B5}s"), ("2.2ms", "2.2ms"), ("3.3s", "3.3s"),
            ("65s", "1m5s"), ("245.001s", "4m5.001s"), ("18367.001s", "5h6m7.001s"), ("1h", "1h0m0s"), ("90s", "1m30s"),
            ("-90m", "-1h30m0s"), ("8m0.000000001s", "8m0.000000001s"),
        ]
    )
    func `a duration is written as Go writes it`(text: String, written: String) {
        #expect(GoDuration(text)?.description == written)
    }

    @Test func `durations are ordered and known in seconds`() throws {
        let short = try #require(GoDuration("90s"))
        let long = try #require(GoDuration("1h"))
        #expect(short < long)
        #expect(short.seconds == 90)
        #expect(long.duration == .seconds(3600))
    }
}
