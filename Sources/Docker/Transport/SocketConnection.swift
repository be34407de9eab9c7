import Foundation
import NIOCore
import Synchronization
import SystemPackage

/// A connection over a socket of this machine; one request at a time goes over it.
///
/// It is closed when nobody holds it any more.
final class SocketConnection: Sendable {
    /// The most that is read at once, in bytes.
    private static let pieceSize = 64 << 10

    private let descriptor: CInt
    private let ending = Mutex<(any Error)?>(nil)

    /// Connects, which is at once unless many are in the queue already.
    init(to path: FilePath) async throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        // The longest path leaves room for the NUL that ends it.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Errno.fileNameTooLong }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        let limit = ContinuousClock.now + .seconds(10)
        while let error = Self.connect(descriptor, to: address) {
            guard error == .resourceTemporarilyUnavailable, ContinuousClock.now < limit else { throw error }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit {
        // Nothing is written late to a socket: closing cannot lose anything.
        Glibc.close(descriptor)
    }

    private static func connect(_ descriptor: CInt, to address: sockaddr_un) -> Errno? {
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                while Glibc.connect(descriptor, pointer, length) != 0 {
                    guard errno == EINTR else { return Errno(rawValue: errno) }
                }
                return nil
            }
        }
    }

    /// Ends the conversation from this side; whoever reads or writes gets the error.
    func abort(_ error: any Error) {
        ending.withLock { $0 = $0 ?? error }
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Whether the other side is there and says nothing.
    var isQuiet: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, CInt(MSG_PEEK))
        return count < 0 && errno == EAGAIN
    }

    /// Writes all of it, unless the other side answers before it has taken it.
    ///
    /// - Returns: Whether the other side took all of it; if not, its answer may be there to be read.
    func write(_ bytes: [UInt8]) async throws -> Bool {
        var written = 0
        while written < bytes.count {
            try Task.checkCancellation()
            let count = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                return send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
            }
            let error = count < 0 ? errno : 0
            switch error {
            case 0: written += count
            case EINTR: continue
            case EAGAIN:
                await untilWritable()
                guard isQuiet else { return false }
            case EPIPE, ECONNRESET:
                try throwIfAborted()
                return false
            case let error: throw Errno(rawValue: error)
            }
        }
        return true
    }

    /// Reads what there is, and waits where there is nothing.
    ///
    /// - Returns: What came; `nil` at the end.
    func read() async throws -> ByteBuffer? {
        while true {
            try Task.checkCancellation()
            var piece = ByteBuffer()
            var error: CInt?
            let count = piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { space in
                let count = recv(descriptor, space.baseAddress, space.count, 0)
                if count < 0 { error = errno }
                return max(0, count)
            }
            switch error {
            case nil where count > 0: return piece
            case nil:
                try throwIfAborted()
                return nil
            case EINTR: continue
            case EAGAIN: try await untilReadable()
            case let error?:
                try throwIfAborted()
                throw Errno(rawValue: error)
            }
        }
    }

    private func throwIfAborted() throws {
        if let error = ending.withLock({ $0 }) { throw error }
    }

    private func untilReadable() async throws {
        // A descriptor of its own, as a source must have left before its descriptor is closed.
        let watched = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard watched >= 0 else { throw Errno(rawValue: errno) }
        await untilWoken { wake in
            let source = DispatchSource.makeReadSource(fileDescriptor: watched)
            source.setEventHandler {
                source.cancel()
                wake()
            }
            source.setCancelHandler { Glibc.close(watched) }
            source.activate()
        }
    }

    /// Waits for room or for an answer; only large bodies come here, so that a thread may be kept waiting.
    private func untilWritable() async {
        await untilWoken { [descriptor] wake in
            DispatchQueue.global().async {
                var watched = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
                poll(&watched, 1, -1)
                wake()
            }
        }
    }

    /// Waits until what is begun wakes it; a cancelled task aborts the conversation, which wakes it too.
    private func untilWoken(_ begin: (_ wake: @escaping @Sendable () -> Void) -> Void) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in begin { continuation.resume() } }
        } onCancel: {
            abort(CancellationError())
        }
    }
}
