package import Foundation
package import YAML

extension Condition {
    /// The condition `Succeeded` as it stands in the `.status` of a run.
    /// - Parameter moment: When it became what it is.
    /// - Returns: The condition with its type and time.
    package func node(since moment: Date) -> YAMLNode {
        [
            "type": "Succeeded",
            "status": YAMLNode(status.rawValue),
            "lastTransitionTime": YAMLNode(moment.kubernetesText),
            "reason": YAMLNode(reason),
            "message": YAMLNode(message),
        ]
    }
}

extension Date {
    /// The moment as Kubernetes writes it: in whole seconds, in UTC (RFC 3339).
    package var kubernetesText: String {
        Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
    }
}
