import Manifests

/// What the engine's machine has: the most that a container without limits can use.
struct MachineSize: Sendable, Hashable {
    var processors: Int
    /// In bytes.
    var memory: Int64

    /// The amount of a resource, nil if it is not known.
    func quantity(of resource: String) -> Quantity? {
        switch resource {
        case "cpu": Quantity("\(processors)")
        case "memory": Quantity("\(memory)")
        default: nil
        }
    }

    /// Whether what a container is told or given depends on the machine.
    static func matters(to container: Container) -> Bool {
        container.resources.limits["cpu"] != nil
            || container.env.contains { if case .resourceField = $0.value { true } else { false } }
    }
}
