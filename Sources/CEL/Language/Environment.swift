/// What an expression may name: variables with their types, and functions.
package struct Environment: Sendable {
    /// One way of calling a function.
    package struct Overload: Sendable {
        package var name: String
        /// Called as `target.name(…)`; the target is the first parameter.
        package var isMember: Bool
        package var parameters: [CELType]
        package var result: CELType
        /// Nil: no value, because the values do not fit or are out of range; throws to say why.
        package var body: @Sendable ([Value]) throws(Failure) -> Value

        package init(
            _ name: String,
            isMember: Bool = false,
            _ parameters: [CELType],
            _ result: CELType,
            _ body: @escaping @Sendable ([Value]) throws(Failure) -> Value
        ) {
            self.name = name
            self.isMember = isMember
            self.parameters = parameters
            self.result = result
            self.body = body
        }
    }

    /// Why a function has no value.
    package struct Failure: Error, Hashable {
        package var message: String

        package init(_ message: String) { self.message = message }

        static let noOverload = Failure("no such overload")
    }

    package var variables: [String: CELType]
    private(set) var overloads: [String: [Overload]] = [:]

    /// The standard library, with some variables.
    package init(variables: [String: CELType] = [:]) {
        self.variables = variables
        for overload in StandardLibrary.overloads { add(overload) }
    }

    /// Adds a function, or another way of calling one.
    package mutating func add(_ overload: Overload) { overloads[overload.name, default: []].append(overload) }

    /// The environment without variables.
    package static let standard = Environment()

    /// The names of types, which are values too.
    static let typeNames: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "null_type": .null, "list": .list(.dyn), "map": .map(.dyn, .dyn), "type": .type(.dyn),
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]
}
