import Manifests
import Validation
import YAML

/// What admission says of the documents of a command; each is judged once, however often that is asked for.
struct Admission {
    /// The level of the cluster to run like, nil where all is carried out that drydock can.
    let level: AdmissionSettings.Level?
    /// What a cluster as it is installed refuses of a document, by the document's place.
    private var refusedAsInstalled: [SourcePlace: [Diagnostic]] = [:]

    init(level: AdmissionSettings.Level?) { self.level = level }

    /// What keeps documents from running.
    mutating func refusals(of manifests: ManifestSet) -> [Diagnostic] {
        manifests.documents.flatMap { document -> [Diagnostic] in
            if let level { return Validator.validate(document, in: manifests, settings: .installed(at: level)) }
            let refused = Validator.validate(document, in: manifests, settings: AdmissionSettings())
            if let place = document.root.place { refusedAsInstalled[place] = refused }
            // Where more is switched on, nothing is refused that was admitted.
            return refused.isEmpty ? [] : Validator.validate(document, in: manifests)
        }
    }

    /// What a cluster admits only where somebody has switched it on.
    func settingsNeeded(by document: Document, in manifests: ManifestSet) -> [Diagnostic] {
        guard level == nil else { return [] }
        let known = document.root.place.flatMap { refusedAsInstalled[$0] }
        return (known ?? Validator.validate(document, in: manifests, settings: AdmissionSettings())).map { refusal in
            var note = refusal
            note.severity = .note
            note.message = "a cluster as it is installed refuses this: \(refusal.message)"
            return note
        }
    }
}
