/// What a step leaves for whoever looks after its container, in the form that Tekton reads (pkg/result, pkg/termination).
struct TerminationMessage {
    /// What an entry is about, by Tekton's number.
    enum Kind: Int {
        case taskRunResult = 1
        case internalResult = 3
        case stepResult = 4
        case stepArtifacts = 5
        case taskRunArtifacts = 6
    }

    /// A key with its value.
    struct Entry {
        var key: String
        var value: [UInt8]
        var kind: Kind

        init(_ key: String, _ value: [UInt8], _ kind: Kind) {
            self.key = key
            self.value = value
            self.kind = kind
        }

        /// An entry of the entrypoint's own.
        init(_ key: String, _ value: String) {
            self.init(key, Array(value.utf8), .internalResult)
        }
    }

    /// The most bytes that a message may have.
    static let limit = 4096

    var results: [Entry] = []
    var facts: [Entry] = []

    /// Whether all of it fits.
    var fits: Bool {
        Self.encode(results + facts).count <= Self.limit
    }

    /// The message, without the results where they take too much room.
    var encoded: [UInt8] {
        fits ? Self.encode(results + facts) : Self.encode(facts)
    }

    /// A JSON array as Go would write it, so that sizes agree with a cluster's.
    static func encode(_ entries: [Entry]) -> [UInt8] {
        var text = Array("[".utf8)
        for (index, entry) in entries.enumerated() {
            if index > 0 { text += ",".utf8 }
            text += #"{"key":"#.utf8
            JSONString.append(Array(entry.key.utf8), to: &text)
            text += #","value":"#.utf8
            JSONString.append(entry.value, to: &text)
            text += ",\"type\":\(entry.kind.rawValue)}".utf8
        }
        return text + "]".utf8
    }
}
