import Manifests
import Runs
import Validation

extension Unsupported {
    /// What is not carried out of a document and of all that it refers to.
    /// - Parameters:
    ///   - document: A run, or a Task or Pipeline that will be run.
    ///   - set: Where the Pipelines and Tasks are found that it refers to.
    ///   - customTasks: Who carries out custom tasks.
    /// - Returns: An error for each place.
    static func check(
        _ document: Document,
        in set: ManifestSet,
        customTasks: CustomTaskRegistry
    ) -> [Diagnostic] {
        check(document, in: set) { apiVersion, kind in
            customTasks.executor(of: CustomTaskRegistry.Kind(apiVersion: apiVersion, kind: kind)) != nil
        }
    }
}
