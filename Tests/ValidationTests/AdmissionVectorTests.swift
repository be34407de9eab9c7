import Manifests
import TestSupport
import Testing
import Validation
import YAML

/// Whether a manifest is admitted, and with which words it is refused.
@Suite struct `Validation Vectors` {
    @Test func `a manifest is admitted exactly when a cluster admits it, and refused in the same words`() {
        let tally = Vectors.run("validate") { one in
            var loader = ManifestLoader()
            let text = one.root["yaml"]?.string ?? one.root["manifest"]?.jsonText() ?? ""
            let found = loader.load(text: text, file: "case.yaml").filter { $0.severity == .error }
            guard one.expected["stage"]?.string == "validate" || found.isEmpty else {
                return one.isAccepted ? found.map { "refused: \($0.message)" } : []
            }
            let refusals = loader.set.documents.flatMap {
                Validator.validate($0, in: loader.set, settings: AdmissionSettings(one))
            }
            if one.isAccepted { return refusals.map { "refused: \($0.message)" } }
            // Nothing to load, as in an empty file, is no manifest that could be admitted.
            guard !loader.set.documents.isEmpty else { return [] }
            guard let expected = one.refusals else {
                return refusals.isEmpty ? ["admitted: \(one.expected["error"]?.string ?? one.expected.jsonText())"] : []
            }
            if one.isOneOfTheAnswers(refusals.map(\.message)) { return [] }
            return differences(found: Refusal.joined(refusals.map(Refusal.init)), expected: Refusal.joined(expected))
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `TaskRuns that are not admitted are refused in the same words`() {
        let tally = Vectors.run("taskrun", part: "admission", where: { $0.expected["admissionError"] != nil }) { one in
            let settings = AdmissionSettings(VectorCase(one.input))
            var loader = ManifestLoader()
            let documents = (one.input["documents"]?.elements ?? []).map { $0.jsonText() }
            _ = loader.load(text: documents.joined(separator: "\n---\n"), file: "case.yaml")
            let refusals = loader.set.documents.flatMap { document in
                Validator.validate(document, in: loader.set, settings: settings).map {
                    "\(document.kind)/\(document.metadata.name): \($0.message)"
                }
            }
            let expected = one.expected["admissionError"]?.string ?? ""
            return refusals.contains { expected.hasPrefix($0) } ? [] : ["\(refusals) instead of \(expected)"]
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `where everything is switched on, nothing is refused that a cluster as it is installed admits`() {
        let tally = Vectors.run("validate", part: "switched on") { one in
            var loader = ManifestLoader()
            _ = loader.load(text: one.root["yaml"]?.string ?? one.root["manifest"]?.jsonText() ?? "", file: "case.yaml")
            return loader.set.documents.flatMap { document -> [String] in
                let installed = Validator.validate(document, in: loader.set, settings: AdmissionSettings())
                return installed.isEmpty ? Validator.validate(document, in: loader.set).map(\.message) : []
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    private func differences(found: Set<Refusal>, expected: Set<Refusal>) -> [String] {
        expected.subtracting(found).map { "missing: \($0)" }.sorted()
            + found.subtracting(expected).map { "too much: \($0)" }.sorted()
    }
}

/// One thing that is refused.
private struct Refusal: Hashable, CustomStringConvertible {
    var message: String
    var paths: Set<String>
    var details: String

    init(_ diagnostic: Diagnostic) {
        let path = diagnostic.path ?? ""
        paths = Set(path.split(separator: ", ").map { String($0) })
        message = path.isEmpty ? diagnostic.message : String(diagnostic.message.dropLast(path.count + 2))
        details = diagnostic.notes.joined(separator: "\n")
    }

    init(_ node: YAMLNode) {
        message = node["message"]?.string ?? ""
        paths = Set(node["paths"]?.strings ?? [])
        details = node["details"]?.string ?? ""
    }

    /// Tekton joins what it says in the same words about several fields.
    static func joined(_ refusals: [Refusal]) -> Set<Refusal> {
        let groups = Dictionary(grouping: refusals) { [$0.message, $0.details] }
        return Set(
            groups.values.compactMap { group in
                guard var joined = group.first else { return nil }
                joined.paths = group.reduce(into: []) { $0.formUnion($1.paths) }
                return joined
            }
        )
    }

    var description: String { "\(message): \(paths.sorted()) \(details)" }
}

extension VectorCase {
    fileprivate var isAccepted: Bool { expected["accepted"]?.bool == true }

    /// Whether this is what Tekton says at other times, where its own choice is by chance.
    fileprivate func isOneOfTheAnswers(_ messages: [String]) -> Bool {
        expected["errorVariants"]?.strings.contains { [$0] == messages } ?? false
    }

    /// What Tekton says, nil where the words are not its own.
    fileprivate var refusals: [Refusal]? {
        guard expected["stage"]?.string == "validate" else { return nil }
        return expected["fields"]?.elements.map { Refusal($0) }
    }
}

extension AdmissionSettings {
    /// The settings of a case, which names those that are not as usual.
    fileprivate init(_ one: VectorCase) {
        self.init()
        let features = one.root["features"] ?? [:]
        let isOn = { (name: String) in features[name]?.string == "true" }
        level = features["enable-api-fields"]?.string.flatMap { Level(rawValue: $0) } ?? level
        allowsCEL = isOn("enable-cel-in-whenexpression")
        allowsParamEnum = isOn("enable-param-enum")
        allowsArtifacts = isOn("enable-artifacts")
        allowsConciseResolverSyntax = isOn("enable-concise-resolver-syntax")
        inlineSpecsRefused = Self.list(features["disable-inline-spec"])
        let config = one.root["config"] ?? [:]
        defaultTimeoutMinutes = config["default-timeout-minutes"]?.string.flatMap { Int64($0) } ?? defaultTimeoutMinutes
        matrixLimit = config["default-max-matrix-combinations-count"]?.string.flatMap { Int($0) } ?? matrixLimit
        defaultResolver = config["default-resolver-type"]?.string ?? ""
        forbiddenEnvironment = Self.list(config["default-forbidden-env"])
    }

    private static func list(_ node: YAMLNode?) -> Set<String> {
        Set((node?.string ?? "").split(separator: ",").map { String($0) })
    }
}
