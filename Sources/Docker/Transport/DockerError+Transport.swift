import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

extension DockerError {
    private struct Refusal: Decodable {
        let message: String
    }

    /// Reads the engine's refusal: a status and, mostly, an object with a message.
    init(refusing request: String, status: Int, body: ByteBuffer) {
        let text = String(buffer: body).trimmingCharacters(in: .whitespacesAndNewlines)
        // A refusal that is no JSON object is passed on as it is.
        let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView))
        let message = refusal?.message ?? (text.isEmpty ? "no reason given" : text)
        switch status {
        case 404: self = .notFound(request: request, message: message)
        case 409: self = .conflict(request: request, message: message)
        default: self = .refused(request: request, status: status, message: message)
        }
    }

    /// Makes one of ours from what the transport throws; a cancellation stays one.
    static func translate(_ error: any Error, request: EngineRequest, location: String) -> any Error {
        switch error {
        case is CancellationError, is DockerError: error
        case let error as HTTPClientError where error == .cancelled: CancellationError()
        case let error as HTTPClientError where timeouts.contains(error):
            DockerError.timedOut(request: request.purpose, seconds: request.secondsToAnswer)
        case TransportFailure.late:
            DockerError.timedOut(request: request.purpose, seconds: request.secondsToAnswer)
        default: DockerError.connectionLost(request: request.purpose, host: location, cause: cause(of: error))
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .getConnectionFromPoolTimeout,
    ]

    private static func cause(of error: any Error) -> String {
        switch error {
        case let error as TransportFailure: cause(of: error)
        case let error as Errno: reason(of: error.rawValue)
        case let error as HTTPClientError where error == .remoteConnectionClosed: "it closed the connection"
        case HTTPParserError.invalidEOFState, ChannelError.eof, ChannelError.inputClosed,
            ChannelError.ioOnClosedChannel:
            "it closed the connection"
        case is HTTPParserError: "what answers there does not speak HTTP"
        case let error as IOError: reason(of: error.errnoCode)
        case let error as NIOConnectionError: cause(of: error)
        default: "\(error)"
        }
    }

    private static func cause(of error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return cause(of: first.error) }
        return "no machine is known by the name \(error.host)"
    }

    private static func cause(of failure: TransportFailure) -> String {
        switch failure {
        case .closed: "it closed the connection"
        case .notHTTP: "what answers there does not speak HTTP"
        case .late: "it did not answer in time"
        case .shutDown: "this side closed the connection"
        }
    }

    private static func reason(of error: CInt) -> String {
        switch error {
        case ENOENT: "no such socket"
        case ECONNREFUSED: "nobody listens there"
        case EACCES, EPERM: "\(denial); join the group that owns the socket (docker) or use sudo"
        case ECONNRESET, EPIPE: "it closed the connection"
        case let code: "\(Errno(rawValue: code))"
        }
    }
}

extension DockerError.Attempt {
    /// What came of a place where no engine answered.
    init(failing error: DockerError, at host: DockerHost) {
        switch error {
        case .connectionLost(_, _, let cause):
            self.init(host: host, outcome: cause, isAbsent: cause == "no such socket")
        case .timedOut(_, let seconds):
            self.init(host: host, outcome: "no answer within \(seconds) s")
        case .refused(_, let status, let message):
            self.init(host: host, outcome: "it answered \(status): \(message)")
        case .notFound(_, let message), .conflict(_, let message), .unreadable(_, let message):
            self.init(host: host, outcome: "something else answers there: \(message)")
        case .unreachable(let tried):
            self.init(host: host, outcome: tried.map(\.outcome).joined(separator: "; "))
        case .apiTooOld, .pullFailed, .invalidReference:
            self.init(host: host, outcome: "\(error)")
        }
    }
}
