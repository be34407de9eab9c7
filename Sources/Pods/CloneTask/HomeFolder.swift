import Foundation
import Glibc
import SystemPackage

/// The home that a Task's step would have, laid out in a folder that only this process can enter.
///
/// On disk everything is for this user alone; the modes that the step's own commands would have left are kept beside
/// it.
struct HomeFolder {
    enum Failure: Error, Equatable {
        /// The step's command would have failed, with these words.
        case step(String)
        /// Only the Task's own image can do it.
        case ownImage(String)
    }

    let path: FilePath
    let user: StepUser
    let materials: [String: CloneMaterial]
    /// What the step's commands made of the modes, by path.
    private var modes: [FilePath: mode_t] = [:]

    /// Makes the folder, with the credentials of the run's account in it as a step finds them when it starts.
    init(
        at path: FilePath,
        user: StepUser,
        materials: [String: CloneMaterial],
        credentials: [VolumeFile] = []
    ) throws {
        self.path = path
        self.user = user
        self.materials = materials
        try HostFiles.makeDirectory(path, mode: 0o700)
        for file in credentials where file.path.components.first?.string != ".docker" {
            let target = path.pushing(file.path)
            let parent = target.removingLastComponent()
            if parent != path { try HostFiles.makeDirectory(parent, mode: 0o700) }
            try HostFiles.write(file.bytes, to: target, mode: 0o600)
        }
    }

    /// Does what the script does in it.
    mutating func perform(_ operation: HomeOperation) throws(Failure) {
        do throws(Failure) {
            switch operation.action {
            case .copy(let source, let target, let isRecursive, let keepsModes, let followsLinks):
                let copying = Copying(isRecursive: isRecursive, keepsModes: keepsModes, followsLinks: followsLinks)
                try copy(source, to: target, copying)
            case .makeFolder(let target, let withParents): try makeFolder(target, withParents: withParents)
            case .changeMode(let mode, let target, let isRecursive):
                try changeMode(mode, of: target, isRecursive: isRecursive)
            }
        } catch .step where operation.mayFail {
            return
        }
    }

    /// The private keys that ssh would not use, since others than the step's user may read them.
    func exposedKeys() -> [FilePath] {
        let folder = path.appending(".ssh")
        let names = FileManager.default.enumerator(atPath: folder.string)?.compactMap { $0 as? String } ?? []
        return names.sorted().compactMap { name in
            let file = folder.pushing(FilePath(name))
            guard modes[file, default: 0o600] & 0o077 != 0,
                let head = try? HostFiles.read(file, limit: 128),  // a folder has no head
                String(decoding: head, as: UTF8.self).contains("PRIVATE KEY-----")
            else { return nil }
            return FilePath(".ssh").pushing(FilePath(name))
        }
    }

    // MARK: - Folders and modes

    private mutating func makeFolder(_ target: HomeOperation.Target, withParents: Bool) throws(Failure) {
        var folder = path
        for (index, name) in target.path.enumerated() {
            folder.append(name)
            let isLast = index == target.path.count - 1
            if HostFiles.isDirectory(folder), withParents || !isLast { continue }
            guard withParents || isLast else {
                throw .step("mkdir: cannot create directory '\(target.spelling)': No such file or directory")
            }
            guard !HostFiles.exists(folder) else {
                throw .step("mkdir: cannot create directory '\(target.spelling)': File exists")
            }
            try make(folder, mode: 0o755)
        }
    }

    private mutating func make(_ folder: FilePath, mode: mode_t) throws(Failure) {
        do {
            try HostFiles.makeDirectory(folder, mode: 0o700)
        } catch {
            throw .step("mkdir: \(error)")
        }
        modes[folder] = mode
    }

    private mutating func changeMode(
        _ mode: UInt32,
        of target: HomeOperation.Target,
        isRecursive: Bool
    ) throws(Failure) {
        let base = target.path.reduce(path) { $0.appending($1) }
        let paths = target.isEach ? Self.visible(in: base).map { base.appending($0) } : [base]
        guard !paths.isEmpty, paths.allSatisfy({ HostFiles.exists($0) }) else {
            throw .step("chmod: \(target.spelling): No such file or directory")
        }
        for path in paths { try changeMode(mode, of: path, isRecursive: isRecursive, target.spelling) }
    }

    private mutating func changeMode(
        _ mode: UInt32,
        of file: FilePath,
        isRecursive: Bool,
        _ spelling: String
    ) throws(Failure) {
        // A link's file is meant, and links lie in the home as their files do.
        modes[Self.resolved(file)] = mode_t(mode)
        guard isRecursive, HostFiles.isDirectory(file) else { return }
        let names = (DirectoryTree.names(in: file) ?? []).sorted()
        guard names.isEmpty || user.isSuperuser || mode & 0o500 == 0o500 else {
            throw .step("chmod: \(spelling): Permission denied")
        }
        for name in names where !Self.isLink(file.appending(name)) {
            try changeMode(mode, of: file.appending(name), isRecursive: true, spelling)
        }
    }

    private static func visible(in folder: FilePath) -> [String] {
        (DirectoryTree.names(in: folder) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func isLink(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.string, &status) == 0 && status.isLink
    }

    private static func resolved(_ path: FilePath) -> FilePath {
        guard isLink(path), let text = realpath(path.string, nil) else { return path }
        defer { free(text) }
        return FilePath(platformString: text)
    }

    // MARK: - Copies

    private struct Copying {
        var isRecursive: Bool
        var keepsModes: Bool
        var followsLinks: Bool
    }

    private mutating func copy(
        _ source: HomeOperation.Source,
        to target: HomeOperation.Target,
        _ copying: Copying
    ) throws(Failure) {
        guard let material = materials[source.workspace] else {
            throw .ownImage("its workspace \(source.workspace) is not bound")
        }
        let destination = target.path.reduce(path) { $0.appending($1) }
        let isFolder = HostFiles.isDirectory(destination)
        if target.isFolder, !isFolder, source.part == .each || !copying.isRecursive {
            throw .step("cp: can't create '\(target.spelling)': Not a directory")
        }
        switch source.part {
        case .itself:
            let name = source.path.last ?? source.spelling.split(separator: "/").last.map { String($0) } ?? ""
            let to = isFolder ? destination.appending(name) : destination
            try copy(source.path, of: material, to: to, spelling: source.spelling, copying)
        case .contents:
            try copy(source.path, of: material, to: destination, spelling: source.spelling, copying)
        case .each:
            let names = try names(in: source.path, of: material, source.spelling).filter { !$0.hasPrefix(".") }
            guard !names.isEmpty else {
                throw .step("cp: can't stat '\(source.spelling)': No such file or directory")
            }
            let folder = source.spelling.dropLast()
            for name in names {
                let to = destination.appending(name)
                try copy(source.path + [name], of: material, to: to, spelling: folder + name, copying)
            }
        }
    }

    private mutating func copy(
        _ path: [String],
        of material: CloneMaterial,
        to target: FilePath,
        spelling: String,
        _ copying: Copying
    ) throws(Failure) {
        guard path.count < 64 else { throw .ownImage("the folders of '\(spelling)' do not end") }
        guard let item = try item(path, of: material, spelling, followsLast: copying.followsLinks) else {
            throw .step("cp: can't stat '\(spelling)': No such file or directory")
        }
        guard HostFiles.isDirectory(target.removingLastComponent()) else {
            throw .step("cp: can't create '\(target.lastComponent?.string ?? "")': No such file or directory")
        }
        let mode = copying.keepsModes ? item.status.st_mode & 0o7777 : item.status.st_mode & 0o755
        switch item.status.st_mode & S_IFMT {
        case S_IFDIR:
            guard copying.isRecursive else { throw .step("cp: omitting directory '\(spelling)'") }
            let names = try names(in: path, of: material, spelling)
            if !HostFiles.isDirectory(target) {
                guard !HostFiles.exists(target) else { throw .step("cp: can't overwrite a file with '\(spelling)'") }
                try make(target, mode: mode)
            }
            for name in names {
                let inner = spelling.hasSuffix("/") ? spelling + name : "\(spelling)/\(name)"
                try copy(path + [name], of: material, to: target.appending(name), spelling: inner, copying)
            }
        case S_IFLNK:
            try copyLink(item, to: target, spelling)
        case S_IFREG:
            guard user.mayRead(item.status) else { throw .step("cp: can't open '\(spelling)': Permission denied") }
            guard !HostFiles.isDirectory(target) else {
                throw .step("cp: can't overwrite a directory with '\(spelling)'")
            }
            let isNew = !HostFiles.exists(target)
            unlink(target.string)
            do throws(Errno) {
                try item.copyFile(to: target)
            } catch {
                throw Self.unreadable(spelling, error)
            }
            if isNew || copying.keepsModes { modes[target] = mode }
        default:
            break  // sockets and pipes say nothing to git or ssh
        }
    }

    /// Makes a link like one of the workspace, which then leads to where it led in the step: to a file of the home.
    private func copyLink(_ item: CloneMaterial.Item, to target: FilePath, _ spelling: String) throws(Failure) {
        do throws(Errno) {
            let text = try item.linkTarget()
            var parts = text.split(separator: "/").filter { $0 != "." }[...]
            var height = target.components.count - path.components.count - 1
            while parts.first == ".." {
                parts.removeFirst()
                height -= 1
            }
            guard !text.hasPrefix("/"), height >= 0, !parts.contains("..") else {
                throw Errno.tooManySymbolicLinkLevels
            }
            unlink(target.string)
            try symlink(text, target.string).checked()
        } catch .tooManySymbolicLinkLevels {
            throw .ownImage("the symbolic link \(spelling) leads elsewhere")
        } catch {
            throw .step("cp: can't create a link like '\(spelling)': \(error)")
        }
    }

    // MARK: - Workspaces

    private func item(
        _ path: [String],
        of material: CloneMaterial,
        _ spelling: String,
        followsLast: Bool
    ) throws(Failure) -> CloneMaterial.Item? {
        do throws(CloneMaterial.Failure) {
            return try material.item(path, followsLast: followsLast)
        } catch {
            switch error {
            case .leadsOut: throw .ownImage("a symbolic link on the way to \(spelling) leads elsewhere")
            case .system(let cause): throw Self.unreadable(spelling, cause)
            }
        }
    }

    private func names(
        in path: [String],
        of material: CloneMaterial,
        _ spelling: String
    ) throws(Failure) -> [String] {
        guard let item = try item(path, of: material, spelling, followsLast: true) else {
            throw .step("cp: can't stat '\(spelling)': No such file or directory")
        }
        guard user.mayRead(item.status) else { throw .step("cp: can't open '\(spelling)': Permission denied") }
        do throws(Errno) {
            return try item.open().names().map(\.text).sorted()
        } catch {
            throw Self.unreadable(spelling, error)
        }
    }

    private static func unreadable(_ spelling: String, _ error: Errno) -> Failure {
        switch error {
        case .permissionDenied, .notPermitted: .ownImage("this user may not read \(spelling)")
        default: .step("cp: can't open '\(spelling)': \(error)")
        }
    }
}
