/// A version of the Engine API, as `1.41`.
package struct APIVersion: Sendable, Equatable {
    /// The part before the dot.
    package var major: Int
    /// The part after the dot.
    package var minor: Int

    /// A version of two parts.
    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.init(major: major, minor: minor)
    }
}

extension APIVersion: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension APIVersion: CustomStringConvertible {
    package var description: String {
        "\(major).\(minor)"
    }
}
