import Glibc

/// Carries what a command writes to a file and to the entrypoint's own output.
struct OutputCopy {
    /// The end of the pipe that the command writes to.
    private(set) var commandEnd: Int32
    /// The end that is read; negative once all has been copied.
    private(set) var reader: Int32
    /// The entrypoint's own output that the command's is passed on to.
    let output: Int32
    private let file: Int32
    private let path: String
    private var isFileLost = false
    private var isOutputLost = false

    /// Opens the file, to which output is appended, and makes its directories.
    init(path: String, output: Int32) throws(SystemError) {
        try Files.makeDirectories(Files.parent(of: path))
        file = try Files.openForWriting(path, O_APPEND)
        let pipe = try Pipe()
        (reader, commandEnd) = (pipe.reader, pipe.writer)
        self.path = path
        self.output = output
    }

    /// Lets go of the command's end, so that the pipe ends when the command's processes have.
    mutating func commandStarted() {
        close(commandEnd)
        commandEnd = -1
    }

    /// Copies what is there.
    mutating func copyAvailable(with buffer: inout [UInt8]) {
        while reader >= 0 {
            let count = read(reader, &buffer, buffer.count)
            if count > 0 {
                copy(buffer[..<count])
            } else if count == 0 {
                end()
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Stops reading.
    mutating func end() {
        guard reader >= 0 else { return }
        close(reader)
        close(file)
        reader = -1
    }

    /// Where one of the two can take no more, the other still gets everything.
    private mutating func copy(_ bytes: ArraySlice<UInt8>) {
        if !isOutputLost, !Files.writeAll(bytes, to: output) {
            isOutputLost = true
        }
        if !isFileLost, !Files.writeAll(bytes, to: file) {
            isFileLost = true
            Log.note("\(SystemError("write", path)); the copy of the output is not complete")
        }
    }
}
