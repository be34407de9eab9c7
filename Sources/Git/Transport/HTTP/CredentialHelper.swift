/// A value of `credential.helper`.
enum CredentialHelper: Equatable {
    /// Forgets the helpers named before.
    case reset
    /// git's `store`, with its file if it is not one of the two that it looks at by itself.
    case store(file: String?)
    /// git's `cache`, in which nothing is when a step begins.
    case cache
    case other

    init(_ value: String) {
        let words = value.split { $0 == " " || $0 == "\t" }.map { String($0) }
        switch words.first {
        case nil: self = .reset
        case "cache": self = .cache
        case "store" where words.count == 1: self = .store(file: nil)
        case "store" where words.count == 2 && words[1].hasPrefix("--file="):
            self = .store(file: String(words[1].dropFirst("--file=".count)))
        case "store" where words.count == 3 && words[1] == "--file": self = .store(file: words[2])
        default: self = .other
        }
    }
}
