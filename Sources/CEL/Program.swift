/// An expression that was read and checked, ready to be evaluated.
///
/// [Common Expression Language](https://cel.dev)
package struct Program {
    private let expression: Expression
    private let environment: Environment
    /// The type of its value, as far as it is known.
    package let type: CELType

    /// Reads and checks an expression.
    /// - Parameters:
    ///   - text: The expression.
    ///   - environment: What it may name.
    /// - Throws: What is wrong with it.
    package init(_ text: String, in environment: Environment = .standard) throws(CELError) {
        expression = try Parser.parse(text)
        self.environment = environment
        type = try Checker.type(of: expression, in: environment, source: text)
    }

    /// The value of the expression.
    /// - Parameter variables: The values of the variables that the environment names.
    /// - Returns: The value.
    /// - Throws: Why there is none.
    package func evaluate(_ variables: [String: Value] = [:]) throws(CELError) -> Value {
        do throws(Environment.Failure) {
            return try Interpreter(environment: environment, variables: variables).evaluate(expression)
        } catch {
            throw .failed(error.message)
        }
    }
}
