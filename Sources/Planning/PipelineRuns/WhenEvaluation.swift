package import Manifests

extension WhenExpression {
    /// Whether the guard lets the task run; variables in it are replaced already.
    ///
    /// A CEL expression is not evaluated here: ask ``isCEL`` first.
    package var isTrue: Bool {
        let isAmong = values.contains(input)
        return `operator` == "in" ? isAmong : !isAmong
    }

    package var isCEL: Bool { !cel.isEmpty }
}

extension [WhenExpression] {
    /// Whether all guards let the task run.
    package var allowExecution: Bool { allSatisfy(\.isTrue) }
}
