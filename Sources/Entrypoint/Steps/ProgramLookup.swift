import Glibc

/// Finds the file of a program as a shell does.
enum ProgramLookup {
    /// Where a program is, or why it cannot be run.
    enum Answer: Equatable {
        case found(String)
        case refused(StartFailure)
    }

    /// Looks a name up in the directories of a path; a name with a slash stands for itself.
    static func find(_ name: String, path: String) -> Answer {
        guard !name.utf8.contains(UInt8(ascii: "/")) else {
            return .found(name)
        }
        var refusal = StartFailure.notFound(name)
        for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
            let candidate = directory.isEmpty ? "./\(name)" : "\(directory)/\(name)"
            var status = stat()
            guard stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if access(candidate, X_OK) == 0 {
                return .found(candidate)
            }
            refusal = .notExecutable(candidate, reason: SystemError.reason(EACCES))
        }
        return .refused(refusal)
    }
}

/// Why a command did not start, told and numbered as shells do it.
enum StartFailure: Error, Equatable, CustomStringConvertible {
    case notFound(String)
    case notExecutable(String, reason: String)

    /// Reads the reason out of the system's refusal to execute a file.
    init(_ program: String, code: Int32) {
        if code != ENOENT && code != ENOTDIR {
            var status = stat()
            let isDirectory = stat(program, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            self = .notExecutable(program, reason: SystemError.reason(isDirectory ? EISDIR : code))
        } else if access(program, F_OK) == 0 {
            self = .notExecutable(program, reason: "required file not found (its interpreter or loader)")
        } else {
            self = .notFound(program)
        }
    }

    var exitCode: Int32 {
        switch self {
        case .notFound: 127
        case .notExecutable: 126
        }
    }

    var description: String {
        switch self {
        case .notFound(let program) where program.utf8.contains(UInt8(ascii: "/")):
            "\(program): No such file or directory"
        case .notFound(let program): "\(program): command not found"
        case .notExecutable(let program, let reason): "\(program): \(reason)"
        }
    }
}
