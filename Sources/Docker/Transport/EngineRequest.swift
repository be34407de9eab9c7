/// A request to the engine, before it is sent.
struct EngineRequest: Sendable {
    /// The method.
    var method: Method
    /// The path without the API version; already escaped.
    var path: String
    /// The query; values are escaped when sent.
    var query: [(name: String, value: String)] = []
    /// The body and its type; `nil` sends an empty one.
    var body: (bytes: [UInt8], type: String)?
    /// A file that is the body instead; a tar archive.
    var upload: FileUpload?
    /// Further headers.
    var headers: [(name: String, value: String)] = []
    /// What it is about, in words for a message: `starting the container 'web'`.
    var purpose: String
    /// How long the engine may take until it begins to answer.
    var secondsToAnswer = 120
    /// Whether the path is sent without an API version.
    var isUnversioned = false

    /// The methods that the engine knows.
    enum Method: String {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    init(_ method: Method, _ path: String, for purpose: String) {
        self.method = method
        self.path = path
        self.purpose = purpose
    }

    /// Adds a parameter to the query.
    mutating func ask(_ name: String, _ value: String?) {
        guard let value else { return }
        query.append((name, value))
    }

    /// Adds a switch to the query if it is on.
    mutating func ask(_ name: String, if value: Bool) {
        guard value else { return }
        query.append((name, "1"))
    }

    /// Adds the engine's `filters`, a JSON object of lists; empty lists are left out.
    mutating func filter(_ filters: KeyValuePairs<String, [String]>) {
        guard filters.contains(where: { !$0.value.isEmpty }) else { return }
        var object = JSONObject()
        for (name, values) in filters { object.add(name, ifFilled: values) }
        query.append(("filters", String(decoding: object.bytes, as: UTF8.self)))
    }

    /// Sends an object as JSON.
    mutating func send(_ object: JSONObject) {
        body = (object.bytes, "application/json")
    }

    /// All headers but those that belong to a connection.
    var sentHeaders: [(name: String, value: String)] {
        let type = upload == nil ? body?.type : "application/x-tar"
        return [("User-Agent", "drydock")] + headers + (type.map { [("Content-Type", $0)] } ?? [])
    }

    /// The body, unless it is a file; `nil` where the method has none.
    var sentBody: [UInt8]? {
        guard upload == nil else { return nil }
        return body?.bytes ?? (method == .post || method == .put ? [] : nil)
    }

    /// Path and query as they go over the wire.
    func target(version: APIVersion) -> String {
        let prefix = isUnversioned ? "" : "/v\(version)"
        guard !query.isEmpty else { return prefix + path }
        let pairs = query.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }
        return prefix + path + "?" + pairs.joined(separator: "&")
    }

    /// Escapes everything but what RFC 3986 leaves unreserved, and what is kept.
    static func escape(_ text: String, keeping kept: String = "") -> String {
        var escaped = ""
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80,
                character.isLetter || character.isNumber || "-._~".contains(character) || kept.contains(character)
            {
                escaped.append(character)
            } else {
                escaped.append(byte < 0x10 ? "%0" : "%")
                escaped.append(String(byte, radix: 16, uppercase: true))
            }
        }
        return escaped
    }

    /// Escapes the name of an image, which keeps its slashes.
    static func escapeImage(_ name: String) -> String {
        escape(name, keeping: "/:@")
    }
}
