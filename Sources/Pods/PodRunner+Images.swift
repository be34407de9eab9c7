package import Planning
import Runs

/// What Pods start with.
extension PodRunner {
    /// About how many images are asked before the TaskRuns that need them start.
    private static let mostAnticipated = 16

    /// Begins to ask about the images of TaskRuns that are about to start, and makes the first one's directory.
    package func anticipate(_ plans: [TaskRunPlan]) {
        if let first = plans.first { frames.begin(directory(of: first, retry: 0), for: first) }
        var needed: [String] = []
        for plan in plans where needed.count < Self.mostAnticipated {
            for image in NeededImage.all(of: plan) where !needed.contains(image.reference) {
                needed.append(image.reference)
            }
        }
        Task { [images, needed] in await images.anticipate(needed) }
    }

    /// A container that has no image.
    struct ImageProblem: Error {
        var container: String
        var image: String
        var failure: ImageStore.Failure
    }

    /// The images of all containers that will start, by their names in the Task.
    func images(
        for plan: TaskRunPlan,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> [String: PodImage] {
        var wanted: [String: NeededImage] = [:]
        for image in NeededImage.all(of: plan) {
            guard let earlier = wanted[image.reference] else {
                wanted[image.reference] = image
                continue
            }
            // One that has it pulled decides; else the first is named if there is no such image.
            if earlier.pullPolicy != "Always", image.pullPolicy == "Always" { wanted[image.reference] = image }
        }
        return try await withThrowingTaskGroup(of: PodImage.self) { group in
            for (reference, needed) in wanted {
                group.addTask { [images] in
                    do {
                        return try await images.image(reference, policy: needed.pullPolicy) { progress in
                            emit(.pulling(image: reference, progress: progress))
                        }
                    } catch let failure as ImageStore.Failure {
                        throw ImageProblem(container: needed.container, image: reference, failure: failure)
                    }
                }
            }
            var found: [String: PodImage] = [:]
            for try await image in group { found[image.reference] = image }
            return found
        }
    }
}
