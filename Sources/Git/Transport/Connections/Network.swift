import CGit2
import Foundation

/// What the connections of one fetch have in common; it stays on the thread of the fetch.
///
/// libgit2 makes connections through functions that hold for the whole process and know only host and port, so the
/// thread says which fetch they are for.
final class Network {
    let cancellation: Cancellation
    let connectTimeout: Duration
    let security: TLSSecurity
    /// The proxy of a fetch over http: libgit2 asks as one asks a proxy, and yet connects to the server.
    var plainProxy: URLParts?
    /// Why a connection failed, more exactly than libgit2 tells it.
    var failure: GitError?
    /// Where the fetch goes, after the redirections so far; nil for what is not http.
    private(set) var address: URLParts?
    /// The beginning of what came since the last request.
    private var answer: [UInt8] = []

    init(address: URLParts?, cancellation: Cancellation, connectTimeout: Duration, security: TLSSecurity) {
        self.address = address
        self.cancellation = cancellation
        self.connectTimeout = connectTimeout
        self.security = security
    }

    private static let key = "git.network"

    /// That of the fetch on this thread.
    static var current: Network? { Thread.current.threadDictionary[key] as? Network }

    /// Makes it the one of this thread while a body runs.
    func during<Result>(_ body: () throws(LibraryError) -> Result) throws(LibraryError) -> Result {
        let before = Thread.current.threadDictionary[Self.key]
        Thread.current.threadDictionary[Self.key] = self
        defer { Thread.current.threadDictionary[Self.key] = before }
        return try body()
    }

    // MARK: - Redirections

    func willSend() {
        if let target = redirection { address = target }
        answer = []
        // What went wrong before did not matter if the fetch goes on.
        failure = nil
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        answer += bytes.prefix(16_384 - answer.count)
    }

    /// Where the last answer sends the fetch; nil if it does not.
    var redirection: URLParts? {
        guard let address, answer.starts(with: Array("HTTP/1.".utf8)) else { return nil }
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let status = lines[0].split(separator: " ").dropFirst().first
        guard let status, ["301", "302", "303", "307", "308"].contains(status) else { return nil }
        let header = lines.dropFirst().prefix { !$0.isEmpty }.first { $0.lowercased().hasPrefix("location:") }
        guard let location = header?.drop(while: { $0 != ":" }).dropFirst().drop(while: { $0 == " " }) else {
            return nil
        }
        var target = address
        if location.hasPrefix("/") {
            target.path = String(location)
        } else {
            guard let parts = URLParts(String(location)) else { return nil }
            target = parts
        }
        // The repository's address is what comes before the part that is asked for.
        guard let end = target.path.firstRange(of: "/info/refs") ?? target.path.firstRange(of: "/git-upload-pack")
        else {
            return nil
        }
        target.path = String(target.path[..<end.lowerBound])
        return target
    }
}

/// A way to send and receive bytes.
protocol Connection: AnyObject {
    func connect(_ network: Network) throws(GitError)
    /// Nothing read means that the other side has ended.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ network: Network) throws(GitError) -> Int
    func write(_ bytes: UnsafeRawBufferPointer, _ network: Network) throws(GitError)
    func close()
}

/// Waits for descriptors.
enum Readiness {
    /// How a wait ended.
    enum Outcome {
        case ready, late, cancelled
    }

    /// Waits until something can be done with one of the descriptors, in slices in which a cancellation is seen.
    static func wait(
        _ descriptors: inout [pollfd],
        until deadline: ContinuousClock.Instant?,
        _ cancellation: Cancellation?
    ) -> Outcome {
        while true {
            if cancellation?.isCancelled ?? false { return .cancelled }
            var slice: Int32 = 100
            if let deadline {
                let left = deadline - .now
                guard left > .zero else { return .late }
                let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
                slice = Int32(min(100, milliseconds + 1))
            }
            if poll(&descriptors, nfds_t(descriptors.count), slice) > 0 { return .ready }
        }
    }
}
