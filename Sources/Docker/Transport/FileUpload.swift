import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// A file that is sent as a request's body, never more than a piece of it in memory.
struct FileUpload: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private static let pieceSize = 256 << 10

    /// How many bytes are sent.
    let length: Int64
    private let descriptor: SystemPackage.FileDescriptor
    /// What reading the file went wrong with, which the transport would hide.
    private let failure: Failed

    /// Runs a body with a file that is open.
    static func with<T>(_ path: FilePath, _ body: (FileUpload) async throws -> T) async throws -> T {
        let descriptor = try SystemPackage.FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        do {
            let length = try descriptor.seek(offset: 0, from: .end)
            try descriptor.seek(offset: 0, from: .start)
            let upload = FileUpload(length: length, descriptor: descriptor, failure: Failed())
            let value: T
            do {
                value = try await body(upload)
            } catch {
                throw upload.failure.cause.withLock { $0 } ?? error
            }
            try descriptor.close()
            return value
        } catch {
            // Nothing was written: closing cannot lose anything.
            try? descriptor.close()
            throw error
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(upload: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let upload: FileUpload
        private var offset: Int64 = 0

        init(upload: FileUpload) { self.upload = upload }

        mutating func next() async throws -> ByteBuffer? {
            let wanted = Int(Swift.min(Int64(FileUpload.pieceSize), upload.length - offset))
            guard wanted > 0 else { return nil }
            let piece = try await upload.piece(at: offset, upTo: wanted)
            offset += Int64(piece.readableBytes)
            return piece
        }
    }

    /// Reads on a thread that may block.
    private func piece(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        do {
            return try await NIOThreadPool.singleton.runIfActive { [descriptor] in
                var piece = ByteBuffer()
                let read = try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                    try descriptor.read(
                        fromAbsoluteOffset: offset,
                        into: UnsafeMutableRawBufferPointer(rebasing: space[..<count])
                    )
                }
                // A file that became shorter would leave the engine waiting for the rest.
                guard read > 0 else { throw Errno.ioError }
                return piece
            }
        } catch {
            failure.cause.withLock { $0 = error }
            throw error
        }
    }
}

/// What went wrong, for whoever asks afterwards.
private final class Failed: Sendable {
    let cause = Mutex<(any Error)?>(nil)
}
