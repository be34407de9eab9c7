import Foundation
import SystemPackage

/// The home of the Task's step, as a folder of this machine.
struct StepHome {
    /// Nil for a home with nothing in it.
    let folder: FilePath?
    /// What the folder is called in the step's container.
    let names: [FilePath]

    init(folder: FilePath?, names: [FilePath]) {
        self.folder = folder
        self.names = names
    }

    init(_ access: RemoteAccess) {
        self.init(folder: access.home, names: access.homePaths)
    }

    /// Where in the home a path leads, as a file of the home names it; nil if it is outside.
    ///
    /// `~`, `$HOME`, `${HOME}` and ssh's `%d` stand for the home.
    func place(_ path: String) -> FilePath? {
        for start in ["~", "${HOME}", "$HOME", "%d"] where path == start || path.hasPrefix(start + "/") {
            return place(below: path.dropFirst(start.count))
        }
        guard path.hasPrefix("/") else { return nil }
        let file = FilePath(path).lexicallyNormalized()
        for name in names where !name.isEmpty && file.starts(with: name.lexicallyNormalized()) {
            return place(below: file.string.dropFirst(name.lexicallyNormalized().string.utf8.count))
        }
        return nil
    }

    private func place(below: Substring) -> FilePath? {
        let path = FilePath(String(below.drop { $0 == "/" })).lexicallyNormalized()
        return path.components.first?.kind == .parentDirectory ? nil : path
    }

    /// The file of this machine at a place of the home; nil if there is none or a link leads out of the home.
    func file(_ place: FilePath) -> FilePath? {
        guard let folder, let root = Self.resolved(folder),
            let file = Self.resolved(folder.appending(place.components)),
            file.starts(with: root)
        else { return nil }
        return file
    }

    func contains(_ place: FilePath) -> Bool { file(place) != nil }

    /// The text of a file; nil if there is none.
    func text(_ place: FilePath) throws(GitError) -> String? {
        guard let file = file(place) else { return nil }
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: file.string)), as: UTF8.self)
        } catch {
            throw .failed(action: "reading", subject: "~/\(place)", message: "the file cannot be read")
        }
    }

    private static func resolved(_ path: FilePath) -> FilePath? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(String(cString: resolved))
    }
}

extension StepHome {
    /// The places that a pattern with `*`, `?` and `[…]` fits, sorted.
    func matches(_ pattern: FilePath) -> [FilePath] {
        guard let folder else { return [] }
        var found = glob_t()
        defer { globfree(&found) }
        // The folder's own name is no pattern.
        let root = folder.string.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : "\($1)" }
        guard glob("\(root)/\(pattern)", 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            guard let path = found.gl_pathv[index] else { return nil }
            var place = FilePath(String(cString: path))
            guard place.removePrefix(folder) else { return nil }
            return place
        }
    }
}
