import Glibc

/// What goes past the container engine to whoever started the step on this machine.
///
/// Named pipes hand over the output to the byte, and without a detour; the exit code is known as soon as the step has
/// ended. What is not there, or has nobody at its other end, is left alone: the engine has it as well.
package struct StepReport {
    package static let standardOutput = "stdout"
    package static let standardError = "stderr"
    package static let exitCode = "exit"
    /// The results that were too large for the termination message, in its form.
    package static let results = "results"

    let directory: String

    /// Lets standard output and error go into the pipes.
    func takeOutput() {
        take(Self.standardOutput, as: STDOUT_FILENO)
        take(Self.standardError, as: STDERR_FILENO)
    }

    private func take(_ name: String, as output: Int32) {
        // Without a reader this fails at once, where it would otherwise wait for one.
        let pipe = open("\(directory)/\(name)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else { return }
        _ = fcntl(pipe, F_SETFL, 0)
        dup2(pipe, output)
        close(pipe)
    }

    /// Writes results.
    func write(results: [UInt8]) throws(SystemError) { try Files.write("\(directory)/\(Self.results)", results) }

    /// Writes the exit code, as the last thing that is done.
    func write(exitCode: Int32) {
        do throws(SystemError) {
            try Files.write("\(directory)/\(Self.exitCode)", Array(String(exitCode).utf8))
        } catch {
            Log.note(error.description)
        }
    }
}
