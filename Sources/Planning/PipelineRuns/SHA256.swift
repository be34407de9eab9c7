/// The hash in the names of claims (FIPS 180-4).
enum SHA256 {
    static func hexadecimal(of text: String) -> String {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        let bytes = padded(Array(text.utf8))
        for start in stride(from: 0, to: bytes.count, by: 64) {
            absorb(bytes[start..<(start + 64)], into: &state)
        }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
            .map { hexadecimalByte($0) }.joined()
    }

    private static func padded(_ message: [UInt8]) -> [UInt8] {
        var bytes = message + [0x80]
        while bytes.count % 64 != 56 { bytes.append(0) }
        let bits = UInt64(message.count) * 8
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    }

    private static func absorb(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = (0..<16).map { index in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[block.startIndex + index * 4 + $1]) }
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3
            let second = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var work = state
        for round in 0..<64 {
            let (a, e) = (work[0], work[4])
            let sumOfE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let choice = (e & work[5]) ^ (~e & work[6])
            let first = work[7] &+ sumOfE &+ choice &+ constants[round] &+ words[round]
            let sumOfA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let majority = (a & work[1]) ^ (a & work[2]) ^ (work[1] & work[2])
            let second = sumOfA &+ majority
            work = [first &+ second, a, work[1], work[2], work[3] &+ first, e, work[5], work[6]]
        }
        for index in state.indices { state[index] &+= work[index] }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = firstPrimes(64).map { prime in
        var (low, high) = (UInt64(0), UInt64(1) << 36)
        // The largest x with x³ ≤ prime · 2⁹⁶ is the root with 32 binary places.
        while high - low > 1 {
            let middle = (low + high) / 2
            let square = middle.multipliedFullWidth(by: middle)
            if isCube(of: middle, squared: square, atMost: prime) { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// Whether the cube of a number below 2³⁶ is at most `prime` · 2⁹⁶.
    private static func isCube(
        of number: UInt64,
        squared square: (high: UInt64, low: UInt64),
        atMost prime: UInt64
    ) -> Bool {
        let low = square.low.multipliedFullWidth(by: number)
        let (middle, carries) = low.high.addingReportingOverflow(square.high &* number)
        guard !carries else { return false }
        // The cube is middle · 2⁶⁴ + low.low, and the limit prime · 2³² · 2⁶⁴.
        let limit = prime << 32
        return middle < limit || (middle == limit && low.low == 0)
    }

    private static func firstPrimes(_ count: Int) -> [UInt64] {
        var primes: [UInt64] = []
        var number: UInt64 = 2
        while primes.count < count {
            if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
            number += 1
        }
        return primes
    }
}
