import Crypto

/// Digests as hexadecimal digits.
enum Digests {
    static func sha256(_ bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }
    static func sha512(_ bytes: [UInt8]) -> String { text(SHA512.hash(data: bytes)) }

    private static func text(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
