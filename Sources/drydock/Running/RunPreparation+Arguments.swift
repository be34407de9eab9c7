import Foundation
import Manifests
import Runs
import SystemPackage
import YAML

/// What the command line gives to runs.
extension RunPreparation {
    func params() throws -> [ParamArgument] {
        do {
            return try inputs.params.map { try ParamArgument(parsing: $0) }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    func customTasks() throws -> CustomTaskRegistry {
        var registry = CustomTaskRegistry()
        do {
            for argument in inputs.customTasks { try registry.add(parsing: argument) }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        return registry
    }

    func workspaces() throws -> [YAMLNode] {
        try inputs.workspaces.map { argument in
            do {
                var workspace = try WorkspaceArgument(parsing: argument)
                switch workspace.source {
                case .directory(let path, let access):
                    workspace.source = .directory(path: try existingDirectory(path), access)
                    return workspace.binding()
                case .claimTemplate(let file):
                    return workspace.binding(claimTemplate: try claimTemplate(in: file))
                default: return workspace.binding()
                }
            } catch let error as ArgumentError {
                throw CommandFailure(.usage, error.description)
            }
        }
    }

    private func existingDirectory(_ path: String) throws -> String {
        let absolute = URL(filePath: path).standardizedFileURL.path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw CommandFailure(
                .noInput,
                "workspace directory '\(path)' is not there; a workspace path must be a directory"
            )
        }
        guard FileManager.default.isReadableFile(atPath: absolute) else {
            throw CommandFailure(.permission, "workspace directory '\(path)' cannot be read by this user")
        }
        return absolute
    }

    private func claimTemplate(in file: String) throws -> YAMLNode {
        var loader = ManifestLoader(defaultNamespace: inputs.namespace)
        do {
            try refuse(try loader.load(path: FilePath(file)))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        guard let claim = loader.set.all(kind: "PersistentVolumeClaim").first else {
            throw CommandFailure(.invalidManifest, "'\(file)' holds no PersistentVolumeClaim")
        }
        return claim.root
    }
}
