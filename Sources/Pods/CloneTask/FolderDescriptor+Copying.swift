import Glibc
import SystemPackage

extension FolderDescriptor {
    /// Copies something of a folder on another file system here, where nothing has its name.
    ///
    /// Nothing of it can be read by others before it has its owner and mode.
    func copy(_ name: Name, from other: FolderDescriptor) throws(Errno) {
        guard let status = try other.status(name) else { return }
        if status.isLink {
            try copyLink(name, from: other)
            try name.withCString {
                fchownat(descriptor, $0, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW)
            }.checked()
        } else if status.isFolder {
            try name.withCString { mkdirat(descriptor, $0, 0o700) }.checked()
            let source = try other.folder(name)
            let target = try folder(name)
            for inner in try source.names() { try target.copy(inner, from: source) }
            try Self.give(target.descriptor, status)
        } else {
            try copyFile(name, from: other, status)
        }
    }

    private func copyLink(_ name: Name, from other: FolderDescriptor) throws(Errno) {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = name.withCString { readlinkat(other.descriptor, $0, &target, Int(PATH_MAX)) }
        try Int32(length).checked()
        try name.withCString { symlinkat(target, descriptor, $0) }.checked()
    }

    private func copyFile(_ name: Name, from other: FolderDescriptor, _ status: stat) throws(Errno) {
        let input = try name.withCString {
            openat(other.descriptor, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        }.checked()
        defer { close(input) }
        let output = try name.withCString {
            openat(descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }.checked()
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 24)
            guard count >= 0 else { throw Errno(rawValue: errno) }
            if count == 0 { break }
        }
        try Self.give(output, status)
    }

    private static func give(_ descriptor: Int32, _ status: stat) throws(Errno) {
        if status.st_uid != geteuid() || status.st_gid != getegid() {
            try fchown(descriptor, status.st_uid, status.st_gid).checked()
        }
        try fchmod(descriptor, status.st_mode & 0o7777).checked()
    }
}
