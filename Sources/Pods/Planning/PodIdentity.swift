import Manifests
import Planning

/// What a Pod knows about itself, as the downward API gives it.
///
/// [Kubernetes: Downward API](https://kubernetes.io/docs/concepts/workloads/pods/downward-api/)
struct PodIdentity: Sendable {
    /// Stands for the Pod's address in what is planned before the Pod has one.
    static let addressMark = "\u{1}pod-address\u{1}"
    /// Stands for the machine's address as the Pod sees it.
    static let hostAddressMark = "\u{1}host-address\u{1}"

    var name: String
    var namespace: String
    var uid: String
    var labels: [String: String]
    var annotations: [String: String]
    var serviceAccountName: String
    var nodeName: String

    init(_ plan: TaskRunPlan, retry: Int, uid: String, nodeName: String) {
        name = TaskRunRecord.podName(of: plan.name, retry: retry)
        namespace = plan.namespace
        self.uid = uid
        labels = plan.labels
        annotations = plan.annotations
        serviceAccountName = plan.serviceAccountName.isEmpty ? "default" : plan.serviceAccountName
        self.nodeName = nodeName
    }

    /// The value of a field, empty where the label or annotation is not set; nil for a field that a Pod does not have.
    func value(ofField path: String) -> String? {
        switch path {
        case "metadata.name": name
        case "metadata.namespace": namespace
        case "metadata.uid": uid
        case "metadata.labels": Self.lines(labels)
        case "metadata.annotations": Self.lines(annotations)
        case "spec.nodeName": nodeName
        case "spec.serviceAccountName": serviceAccountName
        case "status.podIP", "status.podIPs": Self.addressMark
        case "status.hostIP", "status.hostIPs": Self.hostAddressMark
        default:
            if let key = Self.key(in: path, of: "metadata.labels") {
                labels[key] ?? ""
            } else if let key = Self.key(in: path, of: "metadata.annotations") {
                annotations[key] ?? ""
            } else {
                nil
            }
        }
    }

    private static func key(in path: String, of field: String) -> String? {
        guard path.hasPrefix("\(field)['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(field.count + 2).dropLast(2))
    }

    private static func lines(_ map: [String: String]) -> String {
        map.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: "\n")
    }
}
