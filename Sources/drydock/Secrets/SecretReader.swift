import Foundation
import Runs
import SystemPackage

/// Reads the values that the command line names sources for.
struct SecretReader {
    /// The most that a Secret can hold.
    ///
    /// [Kubernetes: Secrets](https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size)
    static let limit = 1024 * 1024

    let context: Context

    /// The entries of a Secret.
    /// - Parameters:
    ///   - argument: The name and the source.
    ///   - keys: The keys that what runs needs, nil if nothing tells them.
    /// - Returns: Values by their keys.
    /// - Throws: What is wrong with the source, in a sentence.
    func entries(for argument: SecretArgument, keys: [String]?) async throws -> [String: [UInt8]] {
        if case .file(let path) = argument.source, isDirectory(path) {
            guard argument.key == nil else {
                throw CommandFailure(
                    .usage,
                    "secret '\(argument.name)': \(path) is a directory, and one key is one file; "
                        + "give --secret \(argument.name)=file:\(path)"
                )
            }
            return try directoryEntries(path, of: argument.name)
        }
        if case .prompt = argument.source, argument.key == nil, let keys, keys.count > 1 {
            var entries: [String: [UInt8]] = [:]
            for key in keys { entries[key] = try await SecretPrompt(context: context).ask("\(argument.name)/\(key)") }
            return entries
        }
        let key = try argument.key ?? self.key(of: argument, among: keys)
        switch argument.source {
        case .environment(let variable): return [key: try value(ofVariable: variable, for: argument.name)]
        case .file(let path): return [key: try value(ofFile: expanded(path), for: argument.name)]
        case .prompt: return [key: try await SecretPrompt(context: context).ask("\(argument.name)/\(key)")]
        }
    }

    /// The only key that is needed; a file may also give its own name.
    private func key(of argument: SecretArgument, among keys: [String]?) throws -> String {
        let name = argument.name
        if let keys, keys.count == 1 { return keys[0] }
        if let keys, !keys.isEmpty {
            let source = Self.text(of: argument.source)
            throw CommandFailure(
                .usage,
                "secret '\(name)' needs the keys \(keys.joined(separator: ", ")), and '\(source)' gives one value; "
                    + "give each key: --secret \(name)/\(keys[0])=…"
            )
        }
        if case .file(let path) = argument.source, let file = FilePath(path).lastComponent?.string,
            SecretName.isKey(file)
        {
            return file
        }
        throw CommandFailure(
            .usage,
            "secret '\(name)': nothing tells the key of the value; give it: "
                + "--secret \(name)/KEY=\(Self.text(of: argument.source)), or a directory with a file for each key"
        )
    }

    private static func text(of source: SecretSource) -> String {
        switch source {
        case .environment(let variable): "env:\(variable)"
        case .file(let path): "file:\(path)"
        case .prompt: "prompt"
        }
    }

    // MARK: - Sources

    private func value(ofVariable variable: String, for name: String) throws -> [UInt8] {
        guard let value = context.environment[variable] else {
            throw CommandFailure(
                .permission,
                "secret '\(name)': the environment variable \(variable) is not set; export it, or name another source"
            )
        }
        guard !value.isEmpty else {
            throw CommandFailure(.permission, "secret '\(name)': the environment variable \(variable) is empty")
        }
        return Array(value.utf8)
    }

    /// `~` at the beginning is the home: a shell leaves it alone behind `file:`.
    private func expanded(_ path: String) -> FilePath {
        path.hasPrefix("~/") ? context.directories.home.appending(String(path.dropFirst(2))) : FilePath(path)
    }

    private func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: expanded(path).string, isDirectory: &isDirectory)
        return exists && isDirectory.boolValue
    }

    private func directoryEntries(_ path: String, of name: String) throws -> [String: [UInt8]] {
        let folder = expanded(path)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.string)
        } catch {
            throw CommandFailure(.permission, "secret '\(name)': the directory \(folder) cannot be read by this user")
        }
        var entries: [String: [UInt8]] = [:]
        for file in names.sorted() where SecretName.isKey(file) && isRegularFile(folder.appending(file)) {
            entries[file] = try value(ofFile: folder.appending(file), for: name)
        }
        guard !entries.isEmpty else {
            throw CommandFailure(
                .noInput,
                "secret '\(name)': there is no file in \(folder); each file there would be a key"
            )
        }
        guard entries.values.map(\.count).reduce(0, +) <= Self.limit else { throw tooLarge(folder, of: name) }
        return entries
    }

    private func isRegularFile(_ path: FilePath) -> Bool {
        let real = URL(filePath: path.string).resolvingSymlinksInPath().path
        // What vanishes in the meantime is no file.
        let type = try? FileManager.default.attributesOfItem(atPath: real)[.type] as? FileAttributeType
        return type == .typeRegular
    }

    private func value(ofFile path: FilePath, for name: String) throws -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            let bytes = try file.closeAfter { try file.bytes(limit: Self.limit) }
            guard bytes.count <= Self.limit else { throw tooLarge(path, of: name) }
            return bytes
        } catch Errno.noSuchFileOrDirectory {
            throw CommandFailure(.noInput, "secret '\(name)': there is no file \(path)")
        } catch let error as Errno {
            throw CommandFailure(.permission, "secret '\(name)': cannot read \(path): \(error)")
        }
    }

    private func tooLarge(_ path: FilePath, of name: String) -> CommandFailure {
        CommandFailure(.invalidManifest, "secret '\(name)': \(path) is larger than a Secret can be, 1 MiB")
    }
}
