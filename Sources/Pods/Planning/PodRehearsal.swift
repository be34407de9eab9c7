import Docker
import Foundation
import Manifests
package import Planning

/// Plans the Pod of a TaskRun as if its images were there; nothing is asked and nothing is made.
package enum PodRehearsal {
    /// How the engine describes an image.
    private static let image = """
        {"Id": "sha256:0", "RepoTags": ["rehearsal"], "Config": {"Cmd": ["true"], "Env": ["PATH=/bin"]}}
        """

    /// Plans a TaskRun's Pod, and keeps nothing of it.
    /// - Returns: How many containers it would have; none if it cannot be planned.
    package static func containers(of plan: TaskRunPlan) -> Int {
        guard let details = try? JSONDecoder().decode(ImageDetails.self, from: Data(image.utf8)) else { return 0 }
        var images: [String: PodImage] = [:]
        for needed in NeededImage.all(of: plan) {
            images[needed.reference] = PodImage(details, reference: needed.reference)
        }
        let surroundings = PodPlan.Surroundings(
            images: images,
            keyed: KeyedValues(manifests: ManifestSet(), namespace: plan.namespace),
            pod: PodIdentity(plan, retry: 0, uid: UUID().uuidString, nodeName: ProcessInfo.processInfo.hostName),
            machine: MachineSize(processors: 1, memory: 0),
            labels: [:]
        )
        return (try? PodPlan(plan, surroundings).containers.count) ?? 0
    }
}
