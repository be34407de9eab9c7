import Manifests
package import Planning

/// An image that a container of a TaskRun starts with.
package struct NeededImage: Sendable, Hashable {
    /// What the container is in its Task.
    package enum Role: Sendable, Hashable { case step, sidecar }

    /// The image as the Task names it.
    package var reference: String
    /// The step's or sidecar's name.
    package var container: String
    package var role: Role
    /// `Always`, `IfNotPresent`, `Never`, or empty.
    package var pullPolicy: String

    /// The images of all containers that start in a TaskRun, the steps first.
    ///
    /// A docker-in-docker sidecar does not start.
    package static func all(of plan: TaskRunPlan) -> [NeededImage] {
        let replaced = SharedSocket(plan.spec).replacedSidecars
        let sidecars = plan.spec.sidecars.enumerated().filter { !replaced.contains($0.offset) }.map(\.element.container)
        return plan.spec.steps.map { NeededImage($0.container, .step) } + sidecars.map { NeededImage($0, .sidecar) }
    }

    private init(_ container: Container, _ role: Role) {
        reference = container.image
        self.container = container.name
        self.role = role
        pullPolicy = container.imagePullPolicy
    }
}
