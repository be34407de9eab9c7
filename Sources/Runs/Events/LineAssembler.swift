/// Cuts a stream of bytes into texts of whole lines.
struct LineAssembler: Sendable {
    private var held: [UInt8] = []

    /// Takes a chunk and returns all whole lines that are there now, as one text; nil if no line has ended.
    mutating func append(_ bytes: [UInt8]) -> String? {
        guard let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            held += bytes
            return nil
        }
        defer { held = Array(bytes[(newline + 1)...]) }
        guard !held.isEmpty else { return String(decoding: bytes[...newline], as: UTF8.self) }
        return String(decoding: held + bytes[...newline], as: UTF8.self)
    }

    /// Returns the last line if it had no newline.
    mutating func finish() -> String? {
        defer { held = [] }
        return held.isEmpty ? nil : String(decoding: held, as: UTF8.self)
    }
}
