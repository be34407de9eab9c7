import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import SystemPackage

/// Why a server gave no answer.
enum WebError: Error {
    /// It cannot be reached: the same request may work later, or on another machine.
    case unreachable(host: String, cause: String)
    /// No server could answer this.
    case malformed(String)

    static func translate(_ error: any Error, url: String) -> any Error {
        let host = URL(string: url)?.host() ?? url
        switch error {
        case is CancellationError, is WebError: return error
        case let error as HTTPClientError:
            if error == .cancelled { return CancellationError() }
            if let text = malformations.first(where: { $0.0 == error })?.1 { return WebError.malformed(text) }
            let cause = causes.first { $0.0 == error }?.1 ?? "\(error)"
            return WebError.unreachable(host: host, cause: cause)
        default: return WebError.unreachable(host: host, cause: cause(of: error))
        }
    }

    private static let malformations: [(HTTPClientError, String)] = [
        (.invalidURL, "invalid URL"), (.emptyHost, "http: no Host in request URL"),
        (.emptyScheme, "unsupported protocol scheme \"\""),
        (.redirectLimitReached, "stopped after 10 redirects"), (.redirectCycleDetected, "stopped after 10 redirects"),
    ]

    private static let causes: [(HTTPClientError, String)] = [
        (.connectTimeout, "no connection within 10 s"), (.deadlineExceeded, "no answer in time"),
        (.readTimeout, "no answer in time"), (.remoteConnectionClosed, "it closed the connection"),
        (.proxyAuthenticationRequired, "the proxy asks for a user and a password"),
    ]

    private static func cause(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return cause(of: first.error) }
            return "no machine is known by that name"
        case let error as IOError where error.errnoCode == ECONNREFUSED: return "nobody listens there"
        case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
        case let error as NIOSSLError: return "TLS: \(error)"
        case let error as NIOSSLExtraError: return "TLS: \(error)"
        case let error as BoringSSLError: return "TLS: \(error)"
        default: return "\(error)"
        }
    }
}
