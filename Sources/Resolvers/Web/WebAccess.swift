import AsyncHTTPClient
import Foundation
package import Git
import NIOCore
import NIOHTTP1
import NIOSSL
package import SystemPackage

/// How servers are reached over http and https: proxies, trusted authorities, patience.
package struct WebAccess: Sendable {
    package var proxies: RemoteAccess.Proxies
    /// A file with certificates of authorities; nil for those of this machine.
    package var certificateFile: FilePath?
    /// How long an answer may take.
    package var patience: Duration

    package init(
        proxies: RemoteAccess.Proxies = .init(),
        certificateFile: FilePath? = nil,
        patience: Duration = .seconds(60)
    ) {
        self.proxies = proxies
        self.certificateFile = certificateFile
        self.patience = patience
    }

    /// What is asked.
    struct Request {
        var url: String
        var method = "GET"
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        /// A longer answer is cut after one byte more than this.
        var limit: Int
    }

    /// What came back, redirections followed.
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        /// A header, whatever the case of its name.
        func header(_ name: String) -> String? { headers[name.lowercased()] }
    }

    /// Asks and reads the answer.
    /// - Parameter request: What is asked.
    /// - Returns: The answer, whatever its status.
    /// - Throws: `WebError`, or that the task was cancelled.
    func send(_ request: Request) async throws -> Answer {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(for: request.url))
        do {
            let answer = try await send(request, through: client)
            await close(client)
            return answer
        } catch {
            await close(client)
            throw WebError.translate(error, url: request.url)
        }
    }

    private func send(_ request: Request, through client: HTTPClient) async throws -> Answer {
        var sent = HTTPClientRequest(url: request.url)
        sent.method = HTTPMethod(rawValue: request.method)
        sent.headers.add(name: "User-Agent", value: "drydock")
        for header in request.headers { sent.headers.replaceOrAdd(name: header.name, value: header.value) }
        if !request.body.isEmpty { sent.body = .bytes(request.body) }
        let seconds = patience.components.seconds
        let response = try await client.execute(sent, deadline: .now() + .seconds(seconds))
        var body: [UInt8] = []
        for try await part in response.body {
            body += part.readableBytesView
            guard body.count <= request.limit else { break }
        }
        let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(headers) { first, _ in first },
            body: body
        )
    }

    /// In a cancelled task nothing would be closed any more.
    private func close(_ client: HTTPClient) async {
        // A second shutdown is the only failure, and changes nothing.
        await Task { try? await client.shutdown() }.value
    }

    private func configuration(for url: String) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .follow(max: 10, allowCycles: false)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(patience.components.seconds)
        configuration.httpVersion = .http1Only
        configuration.proxy = proxy(for: url)
        if let certificateFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificateFile.string)
            configuration.tlsConfiguration = tls
        }
        return configuration
    }

    private func proxy(for address: String) -> HTTPClient.Configuration.Proxy? {
        guard let url = URL(string: address), let host = url.host() else { return nil }
        let own = url.scheme == "https" ? proxies.https : proxies.http
        let named = own.isEmpty ? proxies.all : own
        guard !named.isEmpty, !ProxyExclusion(proxies.excluded).contains(host), !isLoopback(host: host),
            let proxy = URL(string: named.contains("://") ? named : "http://\(named)"), let proxyHost = proxy.host()
        else { return nil }
        let port = proxy.port ?? (proxy.scheme == "https" ? 443 : 80)
        guard let user = proxy.user() else { return .server(host: proxyHost, port: port) }
        let authorization = HTTPClient.Authorization.basic(username: user, password: proxy.password() ?? "")
        return .server(host: proxyHost, port: port, authorization: authorization)
    }
}

/// Whether a host is this machine itself, which no proxy is asked for.
func isLoopback(host: String) -> Bool {
    host == "localhost" || host == "::1" || host == "[::1]"
        || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
}
