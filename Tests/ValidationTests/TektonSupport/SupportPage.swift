import Foundation
import Manifests

/// `docs/tekton-support.md`: what becomes of each field of the API.
struct SupportPage {
    /// What drydock does with a field.
    enum Treatment: String {
        case honoured, differs, ignored, refused
        /// It has no effect on a cluster either.
        case none = "no effect"
        case written
        case notWritten = "not written"

        /// Whether what the field holds has rows of its own.
        var leadsFurther: Bool { self == .honoured || self == .differs }
        var needsProof: Bool { self == .honoured || self == .written }
    }

    struct Row {
        var type: String
        var field: String
        /// The only version that has the field, as the page says it.
        var onlyVersion: String?
        var treatment: Treatment
        /// What is said about it: proofs, notices, words.
        var text: String

        var name: String { "\(type).\(field)" }
    }

    private(set) var rows: [Row] = []
    /// Lines of tables that are not understood.
    private(set) var problems: [String] = []

    init(_ text: String) {
        var type = ""
        for line in text.components(separatedBy: "\n") {
            if let heading = line.wholeMatch(of: /#+ (\w+).*/) { type = String(heading.output.1) }
            guard line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, let treatment = Treatment(rawValue: cells[1]) else {
                problems.append(line)
                continue
            }
            for match in cells[0].matches(of: /`([^`]+)`(?: \((v1|v1beta1)\))?/) {
                rows.append(
                    Row(
                        type: type,
                        field: String(match.output.1),
                        onlyVersion: match.output.2.map { String($0) },
                        treatment: treatment,
                        text: cells[2]
                    )
                )
            }
        }
    }

    static var file: URL { package.appending(path: "docs/tekton-support.md") }
    static var package: URL {
        var package = URL(filePath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package
    }

    static func read() throws -> SupportPage { SupportPage(try String(contentsOf: file, encoding: .utf8)) }
}

extension SupportPage.Row {
    /// What shows that the field counts.
    enum Proof: Hashable, CustomStringConvertible {
        case vector(suite: String, id: String)
        case conformanceCase(String)
        case test(file: String, name: String)

        var description: String {
            switch self {
            case .vector(let suite, let id): "vector \(suite)/\(id)"
            case .conformanceCase(let id): "case \(id)"
            case .test(let file, let name): "test \(file): \(name)"
            }
        }
    }

    var proofs: [Proof] {
        text.matches(of: /(vector|case|test) `([^`]+)`/).compactMap { match in
            let name = String(match.output.2)
            switch match.output.1 {
            case "vector":
                let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
                return parts.count == 2 ? .vector(suite: parts[0], id: parts[1]) : nil
            case "case": return .conformanceCase(name)
            default:
                let parts = name.split(separator: ": ", maxSplits: 1).map(String.init)
                return parts.count == 2 ? .test(file: parts[0], name: parts[1]) : nil
            }
        }
    }

    /// The diagnostics with which it is said at run time.
    var notices: [String] { text.matches(of: /`(DD\d{4})`/).map { String($0.output.1) } }
}
