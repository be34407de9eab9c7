import Docker
import Foundation

/// A way into a registry: the scheme that it speaks, and what it wants to see with each request.
struct RegistrySession {
    /// `https://registry.example`.
    let base: String
    let headers: [(name: String, value: String)]

    /// Finds out how the registry is spoken to, and asks for a token where it wants one.
    static func open(
        web: WebAccess,
        host: String,
        repository: String,
        auth: RegistryAuth?
    ) async throws -> RegistrySession {
        let (base, answer) = try await ping(host, web: web)
        guard answer.status == 401 else { return RegistrySession(base: base, headers: []) }
        let challenges = answer.header("www-authenticate").map(Challenge.all(in:)) ?? []
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            let token = try await token(for: challenge, repository: repository, auth: auth, web: web)
            return RegistrySession(base: base, headers: [("Authorization", "Bearer \(token)")])
        }
        guard challenges.contains(where: { $0.scheme == "basic" }), let auth else {
            return RegistrySession(base: base, headers: [])
        }
        return RegistrySession(base: base, headers: [("Authorization", basic(auth))])
    }

    /// Plain http is spoken on this machine and in private networks only, and there if https is not.
    private static func ping(_ host: String, web: WebAccess) async throws -> (base: String, WebAccess.Answer) {
        do {
            return ("https://\(host)", try await ask("https://\(host)", web: web))
        } catch let error as WebError {
            guard isPlainAllowed(for: host) else { throw error }
            return ("http://\(host)", try await ask("http://\(host)", web: web))
        }
    }

    private static func ask(_ base: String, web: WebAccess) async throws -> WebAccess.Answer {
        try await web.send(WebAccess.Request(url: "\(base)/v2/", limit: 1 << 20))
    }

    static func isPlainAllowed(for host: String) -> Bool {
        let bare: String
        if host.hasPrefix("[") {
            bare = String(host.dropFirst().prefix { $0 != "]" })
        } else {
            bare = String(host.prefix { $0 != ":" })
        }
        if isLoopback(host: bare) || bare.hasSuffix(".local") || bare.hasSuffix(".localhost") { return true }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1], !parts.contains(nil) else { return false }
        return first == 10 || first == 172 && (16...31).contains(second) || first == 192 && second == 168
    }

    private static func basic(_ auth: RegistryAuth) -> String {
        "Basic " + Data("\(auth.username):\(auth.password)".utf8).base64EncodedString()
    }

    // MARK: - Tokens

    /// Asks for a token.
    ///
    /// [Distribution: Token Authentication](https://distribution.github.io/distribution/spec/auth/token/)
    private static func token(
        for challenge: Challenge,
        repository: String,
        auth: RegistryAuth?,
        web: WebAccess
    ) async throws -> String {
        let realm = challenge.values["realm"] ?? ""
        let scope = "repository:\(repository):pull"
        let service = challenge.values["service"] ?? ""
        var fields = URLComponents()
        fields.queryItems = [URLQueryItem(name: "scope", value: scope), URLQueryItem(name: "service", value: service)]
        var request = WebAccess.Request(url: realm, limit: 1 << 20)
        if let refresh = auth?.identityToken, !refresh.isEmpty {
            fields.queryItems? += [
                URLQueryItem(name: "grant_type", value: "refresh_token"),
                URLQueryItem(name: "refresh_token", value: refresh),
                URLQueryItem(name: "client_id", value: "drydock"),
            ]
            request.method = "POST"
            request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
            request.body = Array((fields.percentEncodedQuery ?? "").replacing("+", with: "%2B").utf8)
        } else {
            request.url += (realm.contains("?") ? "&" : "?") + (fields.percentEncodedQuery ?? "")
            if let auth { request.headers = [("Authorization", basic(auth))] }
        }
        let answer = try await web.send(request)
        // An answer that is no such object holds no token.
        let found = try? JSONDecoder().decode(TokenAnswer.self, from: Data(answer.body))
        guard answer.status == 200, let token = found?.token ?? found?.accessToken, !token.isEmpty else {
            let reason = RegistryClient.reason(of: answer)
            throw RegistryClient.Refusal(description: "\(request.method) \(request.url): \(reason)")
        }
        return token
    }

    private struct TokenAnswer: Decodable {
        let token: String?
        let accessToken: String?

        enum CodingKeys: String, CodingKey {
            case token
            case accessToken = "access_token"
        }
    }

    /// A way of `WWW-Authenticate`: `Bearer realm="…",service="…"`.
    struct Challenge {
        /// In small letters.
        var scheme: String
        var values: [String: String]

        static func all(in header: String) -> [Challenge] {
            var challenges: [Challenge] = []
            var rest = header[...]
            while let word = rest.prefixMatch(of: /[\s,]*([A-Za-z0-9_\-]+)/) {
                rest = rest[word.range.upperBound...]
                if let value = rest.prefixMatch(of: /\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/) {
                    rest = rest[value.range.upperBound...]
                    let text = String(value.1 ?? value.2 ?? "")
                    guard !challenges.isEmpty else { return [] }
                    challenges[challenges.count - 1].values[word.1.lowercased()] = text
                } else {
                    challenges.append(Challenge(scheme: word.1.lowercased(), values: [:]))
                }
            }
            return challenges
        }
    }
}
