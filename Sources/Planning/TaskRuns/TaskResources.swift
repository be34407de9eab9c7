import Foundation
import Manifests
package import YAML

/// The resources that a TaskRun asks for as a whole, shared out among its steps.
///
/// [Tekton: Configuring Task-level compute resources](https://tekton.dev/docs/pipelines/compute-resources/)
package enum TaskResources {
    /// Every step gets its share of the requests, and the limits whole; what steps say themselves does not count.
    ///
    /// Where nobody names requests, they are the share of the limits.
    /// - Parameters:
    ///   - resources: `spec.computeResources` of the run.
    ///   - steps: The steps, templates and overrides merged.
    /// - Returns: The steps.
    package static func apply(_ resources: YAMLNode?, to steps: [YAMLNode]) -> [YAMLNode] {
        let (requests, limits) = (resources?["requests"], resources?["limits"])
        guard requests != nil || limits != nil else { return steps }
        return steps.map { step in
            var step = step
            var own = step["computeResources"] ?? [:]
            let hasRequests = own["requests"] != nil || requests != nil
            own["requests"] = share(of: hasRequests ? requests : limits, among: steps.count)
            own["limits"] = limits
            step["computeResources"] = own
            return step
        }
    }

    /// Whole bytes of memory and disk, thousandths of anything else.
    private static func share(of quantities: YAMLNode?, among count: Int) -> YAMLNode? {
        guard let entries = quantities?.mapping?.entries, !entries.isEmpty, count > 0 else { return nil }
        var shares: YAMLNode = [:]
        for entry in entries {
            guard let quantity = Quantity(entry.value) else { continue }
            let places = ["memory", "ephemeral-storage"].contains(entry.key) ? 0 : 3
            let share = (quantity.amount.rounded(.up, places: places) / Decimal(count)).rounded(.down, places: places)
            shares[entry.key] = YAMLNode(Quantity(share, format: quantity.format).description)
        }
        return shares
    }
}
