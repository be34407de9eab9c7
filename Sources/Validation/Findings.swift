import Manifests
import YAML

/// What the rules have found.
struct Findings {
    /// One thing that Tekton refuses, in its words.
    struct Finding: Hashable {
        var rule: String
        var message: String
        /// None where Tekton names none.
        var paths: [String]
        var details: String
        var place: SourcePlace?
    }

    /// The rule that is being followed.
    var rule = ""
    private(set) var all: [Finding] = []
    private var seen: Set<Finding> = []

    /// Reports something.
    /// - Parameters:
    ///   - message: Tekton's words.
    ///   - part: The part of the document that it is about.
    ///   - fields: The fields of the part; an empty text means the part itself.
    ///   - details: What Tekton adds to the message.
    ///   - culprit: What is wrong, where that is not the first of the fields.
    mutating func report(
        _ message: String,
        in part: Part,
        _ fields: String...,
        details: String = "",
        culprit: YAMLNode? = nil
    ) {
        report(message, in: part, fields: fields, details: details, culprit: culprit)
    }

    /// Reports something about any number of fields.
    mutating func report(
        _ message: String,
        in part: Part,
        fields: [String],
        details: String = "",
        culprit: YAMLNode? = nil
    ) {
        let finding = Finding(
            rule: rule,
            message: message,
            paths: fields.map { part.path.appending($0).text },
            details: details,
            place: culprit?.place ?? part.place(of: fields.first ?? "")
        )
        if seen.insert(finding).inserted { all.append(finding) }
    }

    mutating func reportMissing(in part: Part, _ field: String) {
        report("missing field(s)", in: part, field)
    }

    mutating func reportInvalid(_ value: String, in part: Part, _ field: String, details: String = "") {
        report("invalid value: \(value)", in: part, field, details: details)
    }

    /// Reports that a feature is in use which needs a higher `enable-api-fields`.
    mutating func require(
        _ level: AdmissionSettings.Level,
        for feature: String,
        in part: Part,
        culprit: YAMLNode? = nil
    ) {
        guard part.settings.level < level else { return }
        let wanted = level == .beta ? "\"alpha\" or \"beta\"" : "\"alpha\""
        let found = part.settings.level.rawValue
        report(
            "\(feature) requires \"enable-api-fields\" feature gate to be \(wanted) but it is \"\(found)\"",
            in: part,
            culprit: culprit
        )
    }
}
