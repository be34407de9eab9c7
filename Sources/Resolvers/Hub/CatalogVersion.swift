/// A version as catalogs have them: numbers with dots, perhaps a pre-release.
///
/// Read and compared as HashiCorp's go-version does, which Tekton uses.
struct CatalogVersion: Sendable {
    /// At least three, missing ones being 0.
    let segments: [Int]
    /// How many were written.
    let writtenSegments: Int
    let prerelease: String
    let metadata: String

    init?(_ text: String) {
        let pattern =
            /v?([0-9]+(?:\.[0-9]+)*?)(?:-([0-9]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)|(?:-?([A-Za-z\-~]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)))?(?:\+([0-9A-Za-z\-~]+(?:\.[0-9A-Za-z\-~]+)*))?/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        let numbers = match.1.split(separator: ".").map { Int($0) }
        guard !numbers.contains(nil) else { return nil }
        let written = numbers.compactMap(\.self)
        writtenSegments = written.count
        segments = written + [Int](repeating: 0, count: max(0, 3 - written.count))
        prerelease = String(match.2 ?? match.3 ?? "")
        metadata = String(match.4 ?? "")
    }

    /// The numbers, three of them at least, with what follows them.
    var text: String {
        segments.map(String.init).joined(separator: ".") + (prerelease.isEmpty ? "" : "-\(prerelease)")
            + (metadata.isEmpty ? "" : "+\(metadata)")
    }
}

extension CatalogVersion: Comparable {
    static func == (left: CatalogVersion, right: CatalogVersion) -> Bool { !(left < right) && !(right < left) }

    static func < (left: CatalogVersion, right: CatalogVersion) -> Bool {
        for index in 0..<max(left.segments.count, right.segments.count) {
            let (first, second) = (left[index], right[index])
            guard first == second else { return first < second }
        }
        return Self.isLess(left.prerelease, right.prerelease)
    }

    /// A number of the version, 0 where it has no more.
    private subscript(index: Int) -> Int { index < segments.count ? segments[index] : 0 }

    /// A pre-release comes before its release; parts are compared as numbers where both are.
    private static func isLess(_ left: String, _ right: String) -> Bool {
        guard left != right else { return false }
        guard !left.isEmpty else { return false }
        guard !right.isEmpty else { return true }
        let first = left.split(separator: ".")
        let second = right.split(separator: ".")
        for index in 0..<max(first.count, second.count) {
            // What has fewer parts comes before a number, and after a word.
            guard index < first.count else { return Int(second[index]) != nil }
            guard index < second.count else { return Int(first[index]) == nil }
            guard first[index] != second[index] else { continue }
            switch (Int(first[index]), Int(second[index])) {
            case (let one?, let other?): return one < other
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return first[index] < second[index]
            }
        }
        return false
    }
}

/// What a version must be like, as `>= 0.5.0, < 2.0.0`.
///
/// A version alone asks for itself.
struct VersionConstraints: Sendable {
    private enum Operator: String, CaseIterable {
        case notEqual = "!="
        case atLeast = ">="
        case atMost = "<="
        case pessimistic = "~>"
        case equal = "="
        case greater = ">"
        case less = "<"
    }

    private let parts: [(Operator, CatalogVersion)]

    /// Nil if the text is none, so that it names a version as it stands.
    init?(_ text: String) {
        var parts: [(Operator, CatalogVersion)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var rest = part.drop(while: \.isWhitespace)
            let sign = Operator.allCases.first { rest.hasPrefix($0.rawValue) }
            rest = rest.dropFirst(sign?.rawValue.count ?? 0).drop(while: \.isWhitespace)
            let version = String(rest.reversed().drop(while: \.isWhitespace).reversed())
            guard let version = CatalogVersion(version) else { return nil }
            parts.append((sign ?? .equal, version))
        }
        self.parts = parts
    }

    func allow(_ version: CatalogVersion) -> Bool {
        parts.allSatisfy { Self.holds($0.0, version, $0.1) }
    }

    private static func holds(_ sign: Operator, _ version: CatalogVersion, _ limit: CatalogVersion) -> Bool {
        switch sign {
        case .equal: version == limit
        case .notEqual: version != limit
        case .greater: arePrereleasesComparable(version, limit) && version > limit
        case .less: arePrereleasesComparable(version, limit) && version < limit
        case .atLeast: arePrereleasesComparable(version, limit) && version >= limit
        case .atMost: arePrereleasesComparable(version, limit) && version <= limit
        case .pessimistic: isWithin(version, limit)
        }
    }

    /// A pre-release is only meant where one of the same release is asked for.
    private static func arePrereleasesComparable(_ version: CatalogVersion, _ limit: CatalogVersion) -> Bool {
        guard !version.prerelease.isEmpty else { return true }
        return !limit.prerelease.isEmpty && version.segments == limit.segments
    }

    /// Only the last number that was written may rise.
    private static func isWithin(_ version: CatalogVersion, _ limit: CatalogVersion) -> Bool {
        guard arePrereleasesComparable(version, limit), limit.prerelease.isEmpty || !version.prerelease.isEmpty,
            version >= limit, limit.segments.count <= version.segments.count
        else { return false }
        let fixed = limit.writtenSegments - 1
        guard version.segments.prefix(fixed) == limit.segments.prefix(fixed) else { return false }
        return limit.segments[limit.segments.count - 1] <= version.segments[limit.segments.count - 1]
    }
}
