/// Which files a sparse checkout has: the lines of `info/sparse-checkout`.
///
/// They are those of `.gitignore`, except that what they match is there.
/// [git sparse-checkout](https://git-scm.com/docs/git-sparse-checkout#_internals_full_pattern_set),
/// [gitignore](https://git-scm.com/docs/gitignore#_pattern_format)
struct SparsePatterns: Sendable {
    private struct Pattern {
        var glob: Wildmatch
        var isNegative: Bool
        /// Whether it is about directories only.
        var isForDirectory: Bool
        /// Whether it is about the last component of a path only.
        var isForName: Bool
    }

    private let patterns: [Pattern]

    /// - Parameter text: The text of the file.
    init(_ text: String) {
        // Bytes, since a carriage return before a line break would be one character with it.
        patterns = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { Self.pattern(Array($0)) }
    }

    private static func pattern(_ line: [UInt8]) -> Pattern? {
        var bytes = line
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard bytes.first != UInt8(ascii: "#") else { return nil }
        trimBlanks(&bytes)
        let isNegative = bytes.first == UInt8(ascii: "!")
        if isNegative { bytes.removeFirst() }
        let isForDirectory = bytes.last == UInt8(ascii: "/")
        if isForDirectory { bytes.removeLast() }
        guard !bytes.isEmpty || isForDirectory else { return nil }
        let isForName = !bytes.contains(UInt8(ascii: "/"))
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        return Pattern(
            glob: Wildmatch(bytes, stopsAtSlashes: !isForName),
            isNegative: isNegative,
            isForDirectory: isForDirectory,
            isForName: isForName
        )
    }

    /// Removes blanks at the end that no backslash protects.
    private static func trimBlanks(_ bytes: inout [UInt8]) {
        var end = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 1
            } else if bytes[index] == UInt8(ascii: " ") {
                index += 1
                continue
            }
            index += 1
            end = min(index, bytes.count)
        }
        bytes.removeLast(bytes.count - end)
    }

    /// Whether a file is there.
    /// - Parameter path: Its path in the working tree, without a slash at the beginning.
    /// - Returns: False if it is left out.
    func includes(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        // The last pattern about the file decides; else the last about the directory it is in, and so on.
        var end = bytes.count
        while true {
            if let decision = decision(about: bytes[..<end], isDirectory: end < bytes.count) { return decision }
            guard let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) else { return false }
            end = slash
        }
    }

    private func decision(about path: ArraySlice<UInt8>, isDirectory: Bool) -> Bool? {
        let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path
        let found = patterns.last { pattern in
            (isDirectory || !pattern.isForDirectory) && pattern.glob.matches(pattern.isForName ? name : path)
        }
        return found.map { !$0.isNegative }
    }
}
