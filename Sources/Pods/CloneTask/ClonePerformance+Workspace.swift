import Git
import Glibc
import SystemPackage

// How a checkout gets into the workspace.

extension ClonePerformance {
    /// Makes the folder that is cloned into ready.
    mutating func destination() throws -> FolderDescriptor {
        let destination = try inWorkspace { (performance) throws(Errno) in try performance.openDestination() }
        guard let destination else {
            throw Ending.ownImage("a symbolic link is in the way of its directory \(request.checkoutPath)")
        }
        if request.deletesExisting {
            try inWorkspace { (_) throws(Errno) in try destination.removeContents() }
        }
        guard try inWorkspace({ (_) throws(Errno) in try destination.status(".git") }) == nil else {
            throw Ending.failed(GitError.destinationInUse(FilePath(request.checkoutPath)).description)
        }
        return destination
    }

    /// The folder that is cloned into, made if it is missing; nil if a symbolic link is in the way.
    private mutating func openDestination() throws(Errno) -> FolderDescriptor? {
        var folder = try FolderDescriptor(at: workspace)
        var path = FilePath()
        for component in request.subdirectory {
            let name = FolderDescriptor.Name(component)
            path.append(component)
            if let status = try folder.status(name) {
                guard !status.isLink else { return nil }
            } else {
                try folder.make(name)
                try settle(name, in: folder)
                if made.isEmpty { made.append(path) }
            }
            folder = try folder.folder(name)
        }
        return folder
    }

    /// Gives the checkout its owner and moves it; the repository itself comes last, with the files as they then are.
    mutating func move(_ tree: FilePath, to destination: FolderDescriptor) throws(Errno) {
        let source = try FolderDescriptor(at: tree)
        let directory = FilePath(root: nil, request.subdirectory.compactMap { FilePath.Component($0) })
        let isInsideMade = !made.isEmpty
        for name in try source.names() where name != ".git" {
            try settle(name, in: source)
            try destination.take(name, from: source)
            if !isInsideMade { made.append(directory.appending(name.text)) }
        }
        // An index that could not be written still is one: git then reads the files to see that they are unchanged.
        try? CheckoutIndex.update(tree.appending(".git").appending("index")) { destination.fileStatus(of: $0) }
        try settle(".git", in: source)
        try destination.take(".git", from: source)
        if !isInsideMade { made.append(directory.appending(".git")) }
    }

    private mutating func settle(_ name: FolderDescriptor.Name, in folder: FolderDescriptor) throws(Errno) {
        if givesFiles {
            do throws(Errno) {
                return try folder.settle(name, owner: owner)
            } catch .notPermitted, .invalidArgument {
                givesFiles = false
            }
        }
        try folder.settle(name, owner: nil)
    }

    mutating func inWorkspace<Value>(
        _ body: (inout Self) throws(Errno) -> Value
    ) throws(Ending) -> Value {
        do throws(Errno) {
            return try body(&self)
        } catch {
            switch error {
            case .permissionDenied, .notPermitted, .readOnlyFileSystem:
                throw .ownImage("this user may not write everything in its workspace (\(error))")
            default:
                throw .failed("cannot write to \(request.checkoutPath): \(error)")
            }
        }
    }
}

extension FolderDescriptor {
    /// What a file below this folder is; nil if it is not there, or not reached without a symbolic link.
    fileprivate func fileStatus(of path: String) -> FileStatus? {
        let components = path.split(separator: "/").map { Name(String($0)) }
        guard let name = components.last else { return nil }
        do throws(Errno) {
            var folder = self
            for component in components.dropLast() { folder = try folder.folder(component) }
            return try folder.status(name).map { FileStatus($0) }
        } catch {
            return nil
        }
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        self.init(
            changed: Time(status.st_ctim),
            modified: Time(status.st_mtim),
            device: UInt(status.st_dev),
            inode: UInt(status.st_ino),
            user: status.st_uid,
            group: status.st_gid,
            size: Int(status.st_size)
        )
    }
}

extension FileStatus.Time {
    fileprivate init(_ time: timespec) {
        self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }
}
