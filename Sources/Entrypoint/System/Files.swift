import Glibc

/// The few things the entrypoint does with files.
enum Files {
    /// Whether a file exists and, where content is asked for, is not empty.
    static func exists(_ path: String, withContent: Bool = false) throws(SystemError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 {
            return !withContent || status.st_size > 0
        }
        guard errno == ENOENT else {
            throw SystemError("look at", path)
        }
        return false
    }

    /// The bytes of a file, or nil if there is none.
    static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw SystemError("open", path) }
            return nil
        }
        defer { close(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count > 0 {
                content += buffer[..<count]
            } else if count == 0 {
                return content
            } else if errno != EINTR {
                throw SystemError("read", path)
            }
        }
    }

    /// Makes a file, empty or with its whole content at once: nobody sees a part of it.
    static func write(_ path: String, _ content: [UInt8]) throws(SystemError) {
        try makeDirectories(parent(of: path))
        guard !content.isEmpty else {
            close(try openForWriting(path, O_TRUNC))
            return
        }
        let draft = "\(path).\(getpid()).new"
        try overwrite(draft, content)
        guard rename(draft, path) == 0 else {
            throw SystemError("rename \(draft) to", path)
        }
    }

    /// Writes a file in place, which keeps the file itself where it is mounted on its own.
    static func overwrite(_ path: String, _ content: [UInt8]) throws(SystemError) {
        let file = try openForWriting(path, O_TRUNC)
        defer { close(file) }
        guard writeAll(content[...], to: file) else {
            throw SystemError("write", path)
        }
    }

    /// Opens a file that is made where it does not exist.
    static func openForWriting(_ path: String, _ mode: Int32) throws(SystemError) -> Int32 {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
        guard file >= 0 else {
            throw SystemError("open", path)
        }
        return file
    }

    /// Makes a directory and those above it.
    static func makeDirectories(_ path: String) throws(SystemError) {
        if path.isEmpty || mkdir(path, 0o777) == 0 {
            return
        }
        if errno == ENOENT {
            try makeDirectories(parent(of: path))
            if mkdir(path, 0o777) == 0 {
                return
            }
        }
        // The reason for the refusal counts only if there is no directory: a read-only file system says EROFS even of one.
        let code = errno
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SystemError("make directory", path, code: code)
        }
    }

    /// Writes all bytes, waiting where the other end is not ready; false if it is gone.
    static func writeAll(_ bytes: ArraySlice<UInt8>, to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count >= 0 {
                    offset += count
                } else if errno == EAGAIN {
                    var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// The directory that holds a file; empty for the root and for a bare name.
    static func parent(of path: String) -> String {
        var parts = path[...]
        while parts.last == "/" { parts.removeLast() }
        while let last = parts.last, last != "/" { parts.removeLast() }
        while parts.last == "/", parts.count > 1 { parts.removeLast() }
        return String(parts)
    }
}
