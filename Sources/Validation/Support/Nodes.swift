import YAML

/// Which nodes a Pod template asks for.
enum Nodes {
    private static let system = "linux"
    private static let labels: Set<String> = ["kubernetes.io/os", "beta.kubernetes.io/os"]

    /// What in a Pod template only a node with another operating system fulfils.
    static func demandsOfOtherSystems(in template: Part) -> [Part] {
        let selected = labels.compactMap { template.part("nodeSelector")?.part($0) }
            .filter { $0.node.string != system }
        let required = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
        let terms = template.found(at: required).flatMap { $0.parts("nodeSelectorTerms") }
        // One term that can be fulfilled is enough.
        let demands = terms.map { term in term.parts("matchExpressions").filter(excludesSystem) }
        return selected + (demands.contains { $0.isEmpty } ? [] : demands.flatMap(\.self))
    }

    private static func excludesSystem(_ expression: Part) -> Bool {
        guard labels.contains(expression.text("key")) else { return false }
        let isNamed = expression.texts("values").contains(system)
        switch expression.text("operator") {
        case "In": return !isNamed
        case "NotIn": return isNamed
        case "DoesNotExist": return true
        default: return false
        }
    }
}
