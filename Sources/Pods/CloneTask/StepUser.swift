import Glibc

/// Who a step runs as, and what that lets it read.
struct StepUser: Sendable, Equatable {
    var user: Int
    var groups: [Int]

    var isSuperuser: Bool { user == 0 }

    /// Whether the step may read a file, or list a folder and enter it.
    func mayRead(_ status: stat) -> Bool {
        let bits: mode_t = status.isFolder ? 5 : 4
        if isSuperuser { return true }
        if Int(status.st_uid) == user { return status.st_mode >> 6 & bits == bits }
        if groups.contains(Int(status.st_gid)) { return status.st_mode >> 3 & bits == bits }
        return status.st_mode & bits == bits
    }
}
