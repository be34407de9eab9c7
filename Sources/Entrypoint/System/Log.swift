import Glibc

/// What the entrypoint itself has to say, on standard error.
enum Log {
    static func note(_ text: String) {
        _ = Files.writeAll(Array("drydock-entrypoint: \(text)\n".utf8)[...], to: STDERR_FILENO)
    }
}
