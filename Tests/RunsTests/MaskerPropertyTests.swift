import Foundation
import Testing

@testable import Runs

/// Random texts with secrets in many spellings, cut into random pieces.
struct MaskerPropertyTests {
    /// Numbers that are the same in every run for a seed (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var number = state
            number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
            number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
            return number ^ (number >> 31)
        }
    }

    private static let alphabet = Array("abcdefgh0123ABC%\\+/=-_ '\"&<>@:ü\n")

    private func word(_ length: ClosedRange<Int>, _ numbers: inout Numbers) -> String {
        let count = Int.random(in: length, using: &numbers)
        return String((0..<count).map { _ in Self.alphabet.randomElement(using: &numbers) ?? "a" })
    }

    private func secret(_ numbers: inout Numbers) -> String {
        // Ends that are no blanks, so that the value is what is looked for.
        "K" + word(6...40, &numbers) + "Q"
    }

    /// One of the spellings that must not be seen.
    private func spelling(of secret: String, _ numbers: inout Numbers) -> String {
        let data = Data(secret.utf8)
        switch Int.random(in: 0..<7, using: &numbers) {
        case 0: return secret
        case 1: return data.base64EncodedString()
        case 2: return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        case 3: return secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        case 4:
            return (secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "").replacing(
                "%20",
                with: "+"
            )
        case 5: return String(decoding: (try? JSONEncoder().encode(secret)) ?? Data(), as: UTF8.self)
        default: return "'" + secret.replacing("'", with: "'\\''") + "'"
        }
    }

    private func text(with secrets: [String], _ numbers: inout Numbers) -> (text: String, spellings: [String]) {
        var text = ""
        var spellings: [String] = []
        for _ in 0..<12 {
            text += word(0...30, &numbers) + "|"
            let chosen = spelling(of: secrets.randomElement(using: &numbers) ?? "", &numbers)
            spellings.append(chosen.trimmingCharacters(in: ["'", "\"", "="]))
            text += chosen
        }
        return (text, spellings)
    }

    @Test(arguments: 0..<60)
    func `no spelling of a secret is ever shown, and cuts change nothing`(_ seed: UInt64) {
        var numbers = Numbers(state: seed)
        let secrets = (0..<3).map { _ in secret(&numbers) }
        let masker = Masker(secrets: secrets.map { Array($0.utf8) })
        let (text, spellings) = text(with: secrets, &numbers)
        let bytes = Array(text.utf8)
        let whole = masker.mask(bytes)
        let shown = String(decoding: whole, as: UTF8.self)
        for spelling in spellings { #expect(!shown.contains(spelling), "seed \(seed): \(spelling) in \(shown)") }
        for _ in 0..<20 {
            var stream = MaskingStream(masker)
            var pieces: [UInt8] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...40, using: &numbers))
                pieces += stream.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            pieces += stream.finish()
            #expect(pieces == whole, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<20)
    func `lines of base64 are masked however they are cut`(_ seed: UInt64) {
        var numbers = Numbers(state: seed)
        let secret = (0..<8).map { _ in word(10...40, &numbers) }.joined(separator: "#") + "Q"
        let masker = Masker(secrets: [Array(secret.utf8)])
        let text = Data((word(0...50, &numbers) + secret + word(0...50, &numbers)).utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        let bytes = Array("\(text)\n".utf8)
        let whole = masker.mask(bytes)
        #expect(whole.filter { $0 == 0x0A } == bytes.filter { $0 == 0x0A })
        #expect(whole.count < bytes.count - 76)
        for cut in bytes.indices {
            var stream = MaskingStream(masker)
            let pieces = stream.append(Array(bytes[..<cut])) + stream.append(Array(bytes[cut...])) + stream.finish()
            #expect(pieces == whole, "seed \(seed), cut at \(cut)")
        }
    }
}
