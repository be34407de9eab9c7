import ArgumentParser
import Foundation

/// A time span as `7d`, `12h`, `30m` or `0s`.
struct Age: ExpressibleByArgument {
    var seconds: TimeInterval
    private let text: String

    init(days: Int) {
        seconds = TimeInterval(days) * 86_400
        text = "\(days)d"
    }

    init?(argument: String) {
        let units: [Character: TimeInterval] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()), number >= 0
        else { return nil }
        seconds = TimeInterval(number) * unit
        text = argument
    }

    var defaultValueDescription: String { text }
}
