import Git
import Planning
import Pods

/// What runs need that may have to come from elsewhere: images and repositories, as far as it can be foreseen.
struct RunNeeds {
    struct Image {
        /// As the Task names it.
        var reference: String
        /// The containers that start with it, once each.
        var users: [User]
    }

    struct User: Hashable {
        var run: String
        /// Empty for a TaskRun that stands by itself.
        var task: String
        var image: NeededImage

        var text: String {
            let container = image.role == .sidecar ? "sidecar \(image.container)" : image.container
            return task.isEmpty ? container : "\(task)/\(container)"
        }
    }

    struct Clone: Hashable {
        var task: String
        var url: RemoteURL
        var revision: String
        /// Whether it is fed from the user's own repository, and reaches no remote.
        var isFed: Bool
    }

    /// In the order in which they are first named.
    private(set) var images: [Image] = []
    /// What drydock clones itself.
    private(set) var clones: [Clone] = []
    /// What depends on something that only running brings, a sentence each.
    private(set) var unforeseen: [String] = []

    init(_ prepared: PreparedRuns, clonesWithImage: Bool) {
        for entry in ForeseenTaskRuns(of: prepared.runs, in: prepared.manifests).entries where !entry.isRuledOut {
            switch entry.plan {
            case .success(let plan): add(plan, of: entry, prepared.source, clonesWithImage: clonesWithImage)
            case .failure(let refusal): note("what \(entry.name) needs: \(refusal.message)")
            }
        }
    }

    private mutating func add(
        _ plan: TaskRunPlan,
        of entry: ForeseenTaskRuns.Entry,
        _ source: RepositorySource?,
        clonesWithImage: Bool
    ) {
        if !clonesWithImage, case .carriedOut(let request) = CloneTask.recognise(plan) {
            let clone = Clone(
                task: entry.name,
                url: request.url,
                revision: request.revision,
                isFed: source?.tree.feeds(request.url) ?? false
            )
            if request.url.problem == nil, Self.isKnown(request.url.text), Self.isKnown(request.revision) {
                if !clones.contains(clone) { clones.append(clone) }
            } else {
                note("what \(entry.name) clones: \(request.url.masked) at '\(request.revision)'")
            }
            return
        }
        for image in NeededImage.all(of: plan) {
            let user = User(run: entry.run, task: entry.task, image: image)
            guard Self.isKnown(image.reference) else {
                note("the image of \(user.text): \(image.reference)")
                continue
            }
            guard let index = images.firstIndex(where: { $0.reference == image.reference }) else {
                images.append(Image(reference: image.reference, users: [user]))
                continue
            }
            if !images[index].users.contains(user) { images[index].users.append(user) }
        }
    }

    private mutating func note(_ sentence: String) {
        if !unforeseen.contains(sentence) { unforeseen.append(sentence) }
    }

    /// Whether no variable is left in a text.
    private static func isKnown(_ text: String) -> Bool { !text.contains("$(") }

    /// Said where images are looked at: clone Tasks that drydock carries out need none.
    var clonesWithoutImage: String? {
        let tasks = clones.map(\.task).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard !tasks.isEmpty else { return nil }
        let subject = tasks.joined(separator: ", ")
        return "\(subject): drydock clones itself and needs no image for it; --clone=image counts the Task's own image"
    }
}
