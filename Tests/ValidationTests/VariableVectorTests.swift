import TestSupport
import Testing
import YAML

@testable import Validation

/// Suite `substitute`, as far as it is about what is said of variables in a text.
struct VariableVectorTests {
    @Test func `variables in texts are judged as in the vectors`() {
        let operations: Set = [
            "string.unknownVariables", "string.prohibitedVariables", "string.entireProhibitedVariables",
            "string.isolatedReference", "string.variableExpressions",
        ]
        let tally = Vectors.run("substitute", part: "texts", where: { operations.contains($0.operation) }) { one in
            let text = (one.input["value"] ?? one.input["s"])?.string ?? ""
            let names = Set(one.input["vars"]?.strings ?? [])
            let pattern = one.input["prefix"]?.string ?? ""
            let use: VariableUse
            do throws(VariableFamily.Problem) {
                use = VariableUse(of: try VariableFamily(pattern: pattern), in: text)
            } catch {
                guard one.operation == "string.entireProhibitedVariables" else { return differences(nil, said(one)) }
                let found =
                    "extractEntireVariablesFromString failed : failed to parse regex pattern: "
                    + "error parsing regexp: \(error.message)"
                return differences(YAMLNode(found), said(one))
            }
            let problem: String?
            switch one.operation {
            case "string.unknownVariables": problem = use.problem(unlessIn: names)
            case "string.prohibitedVariables": problem = use.problem(ifIn: names)
            case "string.entireProhibitedVariables": problem = use.problem(ifWholeIn: names)
            case "string.isolatedReference": problem = use.problem(unlessAlone: names)
            default: return differences(YAMLNode(use.variables.map(\.text)), one.expected["result"])
            }
            return differences(problem.map { YAMLNode($0) }, said(one))
        }
        #expect(tally.failures == [])
    }

    /// What Tekton says about the text, nil if nothing.
    private func said(_ one: VectorCase) -> YAMLNode? {
        one.expected[path: "result", "fields"]?.elements.first?["message"]
    }
}
