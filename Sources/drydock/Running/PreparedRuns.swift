import Manifests
import Runs
import SystemPackage
import Validation

/// The runs of a command, checked and named, with the manifests around them.
struct PreparedRuns {
    var runs: [Document]
    var manifests: ManifestSet
    /// Documents that running does not need.
    var notNeeded: [Document]
    /// What is ignored here, or done differently from a cluster, as far as the manifests show it.
    var notes: [Diagnostic]
    /// Which Secrets the runs use and where each comes from, a line each.
    var needs: [String]
    /// Hides their values.
    var masker: Masker
    /// The first manifest's path, from which the project is told.
    var firstPath: FilePath?
    /// Who carries out custom tasks.
    var customTasks: CustomTaskRegistry
    /// The level of the cluster to run like, nil where all is carried out.
    var apiFields: AdmissionSettings.Level?
    /// What clones of the user's repository are fed from, nil for their remotes.
    var source: RepositorySource?
    /// Where references lead that are met later, and what they led to so far.
    var references: ReferenceAccess
    /// Where the runs were found, and what was left out, when no manifest was named; a line each.
    var found: [String] = []
}
