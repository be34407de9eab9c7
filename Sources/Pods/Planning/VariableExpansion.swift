/// Variables in a container's command, args and env as Kubernetes replaces them.
///
/// `$(NAME)` becomes the value of a known variable and stays otherwise; `$$` becomes a single `$`, so that
/// `$$(NAME)` is a way to write `$(NAME)`.
/// [Kubernetes: Define Dependent Environment Variables](https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/)
enum VariableExpansion {
    static func expand(_ text: String, with values: [String: String]) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let closing = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<closing])
                result += values[name] ?? "$(\(name))"
                rest = rest[rest.index(after: closing)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
