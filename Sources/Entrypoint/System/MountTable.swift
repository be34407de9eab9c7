/// What is mounted where, as the kernel tells it.
struct MountTable {
    private let lines: [Substring]

    /// Reads this process's table; empty where the kernel gives none.
    init() {
        // Without a table every file system counts as an ordinary one.
        let content = (try? Files.read("/proc/self/mounts")) ?? []
        self.init(text: String(decoding: content, as: UTF8.self))
    }

    /// Takes a table in the form of `/proc/self/mounts`.
    init(text: String) {
        lines = text.split(separator: "\n")
    }

    /// Whether changes that are made elsewhere become events here; network and shared file systems give none.
    func givesEvents(at path: String) -> Bool {
        !["nfs", "fuse", "9p", "virtiofs", "cifs", "smb"].contains { fileSystem(at: path).hasPrefix($0) }
    }

    /// The type of the file system that an absolute path lies on; empty if unknown.
    func fileSystem(at path: String) -> Substring {
        var found: (point: Int, type: Substring) = (-1, "")
        for line in lines {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = fields[1] == "/" ? "" : fields[1]
            // The last of several mounts at one point is the one that is seen.
            if point.utf8.count >= found.point, path == point || path.hasPrefix("\(point)/") {
                found = (point.utf8.count, fields[2])
            }
        }
        return found.type
    }
}
