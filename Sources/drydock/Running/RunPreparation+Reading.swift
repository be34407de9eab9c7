import Manifests
import SystemPackage

extension RunPreparation {
    /// The documents of the files that are named.
    func load() throws -> ManifestSet {
        var loader = ManifestLoader(defaultNamespace: inputs.namespace)
        var diagnostics: [Diagnostic] = []
        for file in inputs.files {
            if file == "-" {
                diagnostics += loader.load(bytes: try standardInput(), file: "<stdin>")
            } else {
                do {
                    diagnostics += try loader.load(path: FilePath(file))
                } catch {
                    throw CommandFailure(error.isUnreadable ? .permission : .noInput, "\(error)")
                }
            }
        }
        try refuse(diagnostics)
        guard !loader.set.documents.isEmpty else {
            throw CommandFailure(.noInput, "no document found in \(inputs.files.joined(separator: ", "))")
        }
        return loader.set
    }

    private func standardInput() throws -> [UInt8] {
        do {
            return try FileDescriptor.standardInput.bytes()
        } catch {
            throw CommandFailure(.noInput, "standard input cannot be read: \(error)")
        }
    }

    /// Tells what is wrong and stops if anything is.
    func refuse(_ diagnostics: [Diagnostic]) throws {
        for diagnostic in diagnostics { context.say(DiagnosticText.text(of: diagnostic)) }
        let errors = diagnostics.filter { $0.severity == .error }.count
        guard errors > 0 else { return }
        throw CommandFailure(
            .invalidManifest,
            "\(errors) error\(errors == 1 ? "" : "s") in the manifests; nothing was started"
        )
    }
}
