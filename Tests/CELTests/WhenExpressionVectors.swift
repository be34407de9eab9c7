import CEL
import TestSupport
import Testing
import YAML

/// What CEL's own implementation answered to expressions as guards (`when: - cel:`) hold them.
struct WhenExpressionVectors {
    @Test func `guards in CEL are true where a cluster's are`() {
        let tally = Vectors.run("triggers/when-cel") { one in
            let text = one.root["cel"]?.string ?? ""
            let wanted = one.root["want"]
            let stage = wanted?[path: "error", "stage"]?.string
            do throws(CELError) {
                let value = try Program(text).evaluate()
                guard case .bool(let isTrue) = value else {
                    return stage == "not-bool" ? [] : ["\(text) is \(value)"]
                }
                return wanted?["when"]?.bool == isTrue ? [] : ["\(text) is \(isTrue)"]
            } catch {
                guard let stage, stage != "not-bool" else { return ["\(text) has no value: \(error)"] }
                let isExact = wanted?[path: "error", "messageMatch"]?.string == "exact"
                let message = wanted?[path: "error", "message"]?.string
                return !isExact || message == error.description ? [] : ["\(error) instead of \(message ?? "")"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }
}
