package import Planning
import Runs

/// The images that Pods start with.
extension PodRunner {
    /// How many containers' images are asked about before their TaskRuns start.
    private static let mostAnticipated = 16

    /// Begins to ask about the images of TaskRuns that are about to start.
    package func anticipate(_ plans: [TaskRunPlan]) {
        let needed = plans.lazy.flatMap { NeededImage.all(of: $0) }.prefix(Self.mostAnticipated)
        Task { [images, references = Set(needed.map(\.reference))] in await images.anticipate(references) }
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
