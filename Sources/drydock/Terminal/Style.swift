/// Colours and signs; a colour never carries a meaning alone.
struct Style: Sendable {
    var hasColor: Bool
    var isASCII: Bool

    /// Decides from the flags, then `NO_COLOR`, `CLICOLOR_FORCE` and `FORCE_COLOR`, then the terminal.
    init(noColorFlag: Bool, isTerminal: Bool, environment: [String: String]) {
        let isSet: (String) -> Bool = { !environment[$0, default: ""].isEmpty }
        let isForced = ["CLICOLOR_FORCE", "FORCE_COLOR"].contains { isSet($0) && environment[$0] != "0" }
        hasColor = !noColorFlag && !isSet("NO_COLOR") && (isForced || (isTerminal && environment["TERM"] != "dumb"))
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let isUTF8 = locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
        isASCII = !isUTF8
    }

    enum Color: String {
        case red = "31", green = "32", yellow = "33", blue = "34", magenta = "35", cyan = "36", gray = "90"
    }

    func paint(_ text: String, _ color: Color) -> String {
        hasColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }

    var success: String { paint(isASCII ? "ok" : "✓", .green) }
    var failure: String { paint(isASCII ? "x" : "✗", .red) }
    var warning: String { paint("!", .yellow) }
    var skipped: String { paint(isASCII ? "-" : "⊘", .gray) }
    var waiting: String { paint(isASCII ? "." : "◌", .gray) }
    var running: String { paint(isASCII ? "*" : "●", .cyan) }

    /// A colour for a name that stays the same during a run.
    func prefixColor(_ index: Int) -> Color {
        let palette: [Color] = [.cyan, .magenta, .yellow, .blue, .green]
        return palette[index % palette.count]
    }
}
