import Glibc

/// The variables in a step's command that stand for what earlier steps have left: results and artifacts.
///
/// [Tekton: Passing results between steps](https://tekton.dev/docs/pipelines/stepactions/#passing-results-between-steps)
struct StepVariables {
    /// What a variable stands for cannot be had.
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// The folder with a folder for each step.
    var steps = "/tekton/steps"
    /// The folder whose scripts may name artifacts.
    var scripts = "/tekton/scripts"

    /// Replaces in the command, its conditions and the environment.
    func apply(to arguments: inout StepArguments) throws(Problem) {
        for (name, value) in Self.environment where value.contains("$(steps.") {
            setenv(name, try text(value, of: .result), 1)
        }
        for index in arguments.when.indices { try apply(to: &arguments.when[index]) }
        var command: [String] = []
        for word in arguments.command { command += try words(word) }
        arguments.command = command
        for (name, value) in Self.environment where value.contains("$(steps.") {
            setenv(name, try text(value, of: .artifact), 1)
        }
        try applyArtifacts(to: &arguments)
    }

    private func apply(to expression: inout WhenExpression) throws(Problem) {
        switch expression {
        case .cel(let written):
            expression = .cel(try text(written, of: .result))
        case .comparison(let input, let isNegated, let written):
            var values: [String] = []
            for value in written { values += try words(value) }
            expression = .comparison(input: try text(input, of: .result), isNegated: isNegated, values: values)
        }
    }

    /// A command that is one script has them in the script, any other one in its words.
    private func applyArtifacts(to arguments: inout StepArguments) throws(Problem) {
        guard arguments.command.count == 1, let script = arguments.command.first, Files.parent(of: script) == scripts
        else {
            var command: [String] = []
            for word in arguments.command { command.append(try text(word, of: .artifact)) }
            arguments.command = command
            return
        }
        let written = String(decoding: try read(script, for: script), as: UTF8.self)
        let replaced = try text(written, of: .artifact)
        guard replaced != written else { return }
        // Where the step may write in any case.
        let path = "\(arguments.stepMetadataDirectory ?? Self.temporaryFolder)/script-\(getpid())"
        do throws(SystemError) {
            try Files.overwrite(path, Array(replaced.utf8))
        } catch {
            throw Problem(description: "\(error)")
        }
        chmod(path, 0o755)
        arguments.command = [path]
    }

    private static var temporaryFolder: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    private static var environment: [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            next += 1
            guard let equals = text.firstIndex(of: "=") else { continue }
            variables.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        return variables
    }

    // MARK: - Texts

    private enum Kind { case result, artifact }

    /// A text as one or, where it is nothing but a whole array, as its elements.
    private func words(_ text: String) throws(Problem) -> [String] {
        let variables = Self.variables(in: text, of: .result)
        if variables.count == 1, variables[0] == text, case .array(let elements) = try result(text),
            !elements.isEmpty
        {
            return elements
        }
        return [try self.text(text, of: .result)]
    }

    private func text(_ text: String, of kind: Kind) throws(Problem) -> String {
        var replaced = text
        for variable in Self.variables(in: text, of: kind) {
            let value: String
            switch kind {
            case .artifact: value = try artifact(variable)
            case .result:
                guard case .string(let string) = try result(variable) else {
                    throw Problem(description: "\(variable) is an array and has to stand alone")
                }
                value = string
            }
            replaced = Self.replace(variable, in: replaced, with: value)
        }
        return replaced
    }

    /// The variables of a kind, from `$(` to `)`, in their order.
    private static func variables(in text: String, of kind: Kind) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let start = range(of: "$(steps.", in: rest) {
            let inside = rest[start.upperBound...]
            switch kind {
            case .result:
                guard let middle = range(of: ".results.", in: inside),
                    let end = inside[middle.upperBound...].firstIndex(of: ")"),
                    !rest[start.lowerBound..<end].contains("\n")
                else {
                    rest = inside
                    continue
                }
                found.append(String(rest[start.lowerBound...end]))
                rest = rest[rest.index(after: end)...]
            case .artifact:
                guard let end = inside.firstIndex(of: ")"), isArtifact(inside[..<end]) else {
                    rest = inside
                    continue
                }
                found.append(String(rest[start.lowerBound...end]))
                rest = rest[rest.index(after: end)...]
            }
        }
        return found
    }

    /// Whether this is `STEP.inputs.CATEGORY` or the same with `outputs`.
    private static func isArtifact(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && !parts[0].isEmpty && !parts[2].isEmpty
            && (parts[1] == "inputs" || parts[1] == "outputs")
    }

    private static func range(of word: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(word) { return start..<text.index(start, offsetBy: word.count) }
            start = text.index(after: start)
        }
        return nil
    }

    private static func replace(_ word: String, in text: String, with value: String) -> String {
        var result = ""
        var rest = text[...]
        while let found = range(of: word, in: rest) {
            result += rest[..<found.lowerBound]
            result += value
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}

// MARK: - What earlier steps have left

extension StepVariables {
    private enum Value { case string(String), array([String]) }

    /// The value of `$(steps.STEP.results.RESULT…)`.
    private func result(_ variable: String) throws(Problem) -> Value {
        let parts = variable.dropFirst(2).dropLast().split(separator: ".", omittingEmptySubsequences: false)
            .map { String($0) }
        guard parts.count == 4 || parts.count == 5, parts[0] == "steps", parts[2] == "results" else {
            throw Problem(description: "\(variable) does not name a result of a step")
        }
        var name = parts[3]
        var subscription = ""
        if parts.count == 4, name.hasSuffix("]"), let opening = name.firstIndex(of: "[") {
            subscription = String(name[name.index(after: opening)...].dropLast())
            name = String(name[..<opening])
        }
        let bytes = try read("\(steps)/step-\(parts[1])/results/\(name)", for: variable)
        let json = bytes.first.map { "[{\"".utf8.contains($0) } == true ? JSONValue(parsing: bytes) : nil
        let strings = json.flatMap { Self.strings($0) }
        if parts.count == 5 {
            guard case .object(let entries)? = json, let value = entries[parts[4]]?.string else { return .string("") }
            return .string(value)
        }
        guard !subscription.isEmpty else {
            // An array or object that is named like a string stands for nothing.
            if strings != nil { return .string("") }
            if case .object(let entries)? = json, entries.values.allSatisfy({ $0.string != nil }) { return .string("") }
            return .string(json?.string ?? String(decoding: bytes, as: UTF8.self))
        }
        guard subscription != "*" else { return .array(strings ?? []) }
        guard let index = Int(subscription), let strings, strings.indices.contains(index) else {
            throw Problem(description: "\(variable) is not in the result")
        }
        return .string(strings[index])
    }

    /// The elements of an array of strings.
    private static func strings(_ value: JSONValue) -> [String]? {
        guard case .array(let elements) = value else { return nil }
        let strings = elements.compactMap { $0 == .null ? "" : $0.string }
        return strings.count == elements.count ? strings : nil
    }

    /// The values of `$(steps.STEP.outputs.CATEGORY)` as JSON.
    private func artifact(_ variable: String) throws(Problem) -> String {
        let parts = variable.dropFirst(2).dropLast().split(separator: ".").map { String($0) }
        let bytes = try read("\(steps)/step-\(parts[1])/artifacts/provenance.json", for: variable)
        guard let json = JSONValue(parsing: bytes) else {
            throw Problem(description: "the artifacts that \(variable) names are not JSON")
        }
        let category = json[parts[2]]?.elements.first { $0["name"]?.string == parts[3] }
        guard let category else { throw Problem(description: "values for template \(variable) not found") }
        return String(decoding: ArtifactText.values(category["values"] ?? .null), as: UTF8.self)
    }

    private func read(_ path: String, for variable: String) throws(Problem) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try Files.read(path)
        } catch {
            throw Problem(description: "\(variable): \(error)")
        }
        guard let bytes else { throw Problem(description: "\(variable): there is no \(path)") }
        return bytes
    }
}
