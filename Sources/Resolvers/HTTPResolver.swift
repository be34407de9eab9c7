import Foundation
import Manifests

/// A document that a server hands out under its address.
///
/// [Tekton: HTTP Resolver](https://tekton.dev/docs/pipelines/http-resolver/)
struct HTTPResolver: DocumentResolver {
    static let name = "Http"
    /// Tekton takes no longer answer.
    static let longestAnswer = 1_048_576

    let web: WebAccess
    let secret: SecretLookup

    func isImmutable(_ reference: ResolverReference) -> Bool { false }

    // MARK: - Params

    func problem(with reference: ResolverReference) -> String? {
        if let url = reference["url"], let problem = problem(withURL: url) { return problem }
        let credentials = [("http-username", "http-password-secret"), ("http-password-secret", "http-username")]
        for (name, other) in credentials {
            guard let value = reference[name] else { continue }
            if reference[other] == nil { return "missing required param \(other) when using \(name)" }
            if value.isEmpty { return "value \(name) cannot be empty" }
        }
        return reference["url"] == nil ? "missing required http resolver params: url" : nil
    }

    private func problem(withURL url: String) -> String? {
        let scheme = url.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let hasScheme = !scheme.isEmpty && url[scheme.endIndex...].hasPrefix(":")
        guard hasScheme || url.hasPrefix("/") else {
            let reason = url.isEmpty ? "empty url" : "invalid URI for request"
            return "cannot parse url \(url): parse \"\(url)\": \(reason)"
        }
        guard hasScheme, ["http", "https"].contains(scheme.lowercased()) else {
            return "url \(url) is not a valid http(s) url"
        }
        return nil
    }

    // MARK: - Fetching

    func fetch(_ reference: ResolverReference, pinned: RefSource?) async throws -> ResolvedResource {
        let url = reference["url"] ?? ""
        var request = WebAccess.Request(url: url, limit: Self.longestAnswer)
        if let authorization = try authorization(for: reference) {
            request.headers.append(("Authorization", authorization))
        }
        let answer: WebAccess.Answer
        do {
            answer = try await web.send(request)
        } catch {
            throw translate(error, prefix: "error fetching URL: Get \"\(url)\": ")
        }
        guard answer.status == 200 else { throw failure("requested URL '\(url)' is not found") }
        guard answer.body.count <= Self.longestAnswer else {
            throw failure("response body exceeds maximum allowed size of \(Self.longestAnswer) bytes")
        }
        if let digest = reference["digest"], let problem = problem(withDigest: digest, of: answer.body) {
            throw failure("error validating digest: \(problem)")
        }
        return ResolvedResource(
            data: answer.body,
            source: RefSource(uri: url, digest: ["sha256": Digests.sha256(answer.body)])
        )
    }

    private func authorization(for reference: ResolverReference) throws(ResolverError) -> String? {
        guard let name = reference["http-password-secret"], !name.isEmpty else { return nil }
        let written = reference["http-password-secret-key"] ?? ""
        let key = written.isEmpty ? "password" : written
        let password = try apiToken(secret: name, key: key, namespace: reference.namespace)
        let pair = Array("\(reference["http-username"] ?? ""):".utf8) + password
        return "Basic " + Data(pair).base64EncodedString()
    }

    private func problem(withDigest digest: String, of body: [UInt8]) -> String? {
        let parts = digest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return "invalid digest format: \(digest)" }
        let lengths = ["sha256": 64, "sha512": 128]
        guard let length = lengths[parts[0]] else { return "invalid digest algorithm: \(parts[0])" }
        guard parts[1].utf8.count == length else {
            return "invalid \(parts[0]) digest value, expected length: \(length), got: \(parts[1].utf8.count)"
        }
        if let wrong = parts[1].first(where: { !$0.isHexDigit }) {
            return "error decoding expected SHA string: encoding/hex: invalid byte: \(Self.runeText(wrong))"
        }
        let found = parts[0] == "sha256" ? Digests.sha256(body) : Digests.sha512(body)
        return found == parts[1].lowercased() ? nil : "SHA mismatch, expected \(parts[1]), got \(found)"
    }

    /// A character as Go's `%#U` writes it.
    private static func runeText(_ character: Character) -> String {
        let code = String(character.unicodeScalars.first?.value ?? 0, radix: 16, uppercase: true)
        return "U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) '\(character)'"
    }
}

extension HTTPResolver {
    private func apiToken(secret name: String, key: String, namespace: String) throws(ResolverError) -> [UInt8] {
        switch SecretValue.find(name: name, key: key, namespace: namespace, in: secret) {
        case .success(let value): return value
        case .failure(let problem): throw failure(problem.text)
        }
    }
}
