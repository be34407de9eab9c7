import Foundation
import YAML

/// One thing that `drydock doctor` looked at.
struct Finding: Sendable {
    enum Level: String, Sendable {
        case good = "ok"
        /// Something that may matter.
        case warning
        /// Something that keeps a run from working.
        case problem
    }

    var level: Level
    var topic: String
    var text: String
    /// What to do about it.
    var fix: String?

    static func good(_ topic: String, _ text: String) -> Finding { Finding(level: .good, topic: topic, text: text) }

    static func warning(_ topic: String, _ text: String, fix: String? = nil) -> Finding {
        Finding(level: .warning, topic: topic, text: text, fix: fix)
    }

    static func problem(_ topic: String, _ text: String, fix: String? = nil) -> Finding {
        Finding(level: .problem, topic: topic, text: text, fix: fix)
    }

    /// The finding as `-o json` shows it.
    var object: YAMLNode {
        var node: YAMLNode = [
            "level": YAMLNode(level.rawValue), "topic": YAMLNode(topic), "text": YAMLNode(text),
        ]
        if let fix { node["fix"] = YAMLNode(fix) }
        return node
    }

    /// The finding in lines for a person.
    func text(_ style: Style) -> String {
        let sign =
            switch level {
            case .good: style.success
            case .warning: style.warning
            case .problem: style.failure
            }
        let width = 16
        let name = topic.padding(toLength: width, withPad: " ", startingAt: 0)
        // Signs are of different widths in ASCII.
        let space = style.isASCII && level != .good ? "  " : " "
        var lines = "\(sign)\(space)\(name)\(text)\n"
        if let fix { lines += String(repeating: " ", count: width + (style.isASCII ? 3 : 2)) + "fix: \(fix)\n" }
        return lines
    }
}
