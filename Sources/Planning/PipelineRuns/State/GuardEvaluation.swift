import CEL
package import Manifests

/// Whether guards (`when`) let a task run, their CEL expressions evaluated once each.
///
/// [Tekton: Guard Task execution using when expressions](https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions)
package struct GuardEvaluation: Sendable {
    /// The values of CEL expressions, by their texts.
    package private(set) var values: [String: Bool]

    package init(values: [String: Bool] = [:]) { self.values = values }

    /// Evaluates the CEL expressions of guards.
    /// - Throws: Why one of them has no value that is true or false.
    package mutating func evaluate(_ guards: [WhenExpression]) throws(GuardError) {
        for expression in guards where expression.isCEL && values[expression.cel] == nil {
            values[expression.cel] = try Self.value(of: expression.cel)
        }
    }

    /// Whether all guards let the task run; variables in them are replaced and CEL is evaluated already.
    package func allows(_ guards: [WhenExpression]) -> Bool {
        guards.allSatisfy { expression in
            expression.isTrue && (!expression.isCEL || values[expression.cel] == true)
        }
    }

    /// What is wrong with a CEL expression before anything is known that it depends on; nil if nothing is.
    package static func problem(withCEL text: String) -> String? {
        do throws(CELError) {
            _ = try Program(text)
            return nil
        } catch {
            return error.description
        }
    }

    private static func value(of text: String) throws(GuardError) -> Bool {
        let value: Value
        do throws(CELError) {
            value = try Program(text).evaluate()
        } catch {
            throw GuardError(description: error.description)
        }
        guard case .bool(let isTrue) = value else {
            throw GuardError(description: "The CEL expression \(text) is not evaluated to a boolean")
        }
        return isTrue
    }
}

/// Why a CEL expression in a guard is of no use.
package struct GuardError: Error, Hashable, CustomStringConvertible {
    package var description: String
}

extension WhenExpression {
    /// Whether the input is, or is not, among the values; true where there is neither.
    package var isTrue: Bool {
        let isAmong = values.contains(input)
        return `operator` == "in" ? isAmong : !isAmong
    }

    package var isCEL: Bool { !cel.isEmpty }
}
