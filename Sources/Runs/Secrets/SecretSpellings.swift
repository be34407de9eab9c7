import Foundation

extension Masker {
    /// The base64 text of a value without its padding, so that a longer text that contains it is found too.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let text = Array(Data(bytes).base64EncodedString().utf8)
        guard bytes.count >= minimumLength else { return [] }
        return Array(text.prefix { $0 != UInt8(ascii: "=") })
    }

    static func urlEncoded(_ bytes: [UInt8]) -> [UInt8] {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let text = String(decoding: bytes, as: UTF8.self).addingPercentEncoding(withAllowedCharacters: allowed)
        return Array((text ?? "").utf8)
    }
}
