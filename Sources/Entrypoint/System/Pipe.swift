import Glibc

/// The two ends of a pipe, kept from the programs that are started unless handed to them.
struct Pipe {
    let reader: Int32
    let writer: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw SystemError("make", "a pipe")
        }
        (reader, writer) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        // Only the reading end must not block: a program expects that its output does.
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }
}
