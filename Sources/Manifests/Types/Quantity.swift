package import Foundation

/// An amount of a resource as Kubernetes writes it: `500m`, `1.5Gi`, `2e3`.
///
/// [Kubernetes: Quantity](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)
package struct Quantity: Hashable, Sendable {
    /// The way of writing that an amount keeps when it is computed with.
    package enum Format: Sendable { case decimal, binary, exponent }

    /// The amount in whole units, which are bytes, processors, or things.
    package var amount: Decimal
    package var format: Format

    package init(_ amount: Decimal, format: Format) {
        self.amount = amount
        self.format = format
    }

    /// Reads a text; nil where it is not a quantity.
    package init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
        let suffix = text.dropFirst(number.count)
        guard Self.isNumber(number), let mantissa = Decimal(string: String(number)) else { return nil }
        if let power = Self.decimalSuffixes.firstIndex(of: String(suffix)) {
            self.init(Self.scaled(mantissa, by: (power - Self.unit) * 3), format: .decimal)
        } else if let power = Self.binarySuffixes.firstIndex(of: String(suffix)) {
            self.init(mantissa * pow(1024, power), format: .binary)
        } else if let first = suffix.first, "eE".contains(first), let exponent = Int(suffix.dropFirst()) {
            guard exponent.magnitude < 40 else { return nil }
            self.init(Self.scaled(mantissa, by: exponent), format: .exponent)
        } else {
            return nil
        }
    }

    /// The amount, as near as a number in floating point comes.
    package var value: Double { Double("\(amount)") ?? 0 }

    /// How often a divisor is in the amount, rounded up to a whole number as `resourceFieldRef` gives it.
    package func count(of divisor: Quantity) -> Int {
        guard divisor.amount > 0 else { return 0 }
        return Int("\((amount / divisor.amount).rounded(.up))") ?? 0
    }

    private static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    /// Where amounts without a suffix stand among the suffixes.
    private static let unit = 3
    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// Digits with at most one point, and at most one sign in front.
    private static func isNumber(_ text: Substring) -> Bool {
        let digits = text.first.map { "+-".contains($0) } == true ? text.dropFirst() : text
        return digits.contains(where: \.isNumber) && digits.allSatisfy { $0.isNumber || $0 == "." }
            && digits.count { $0 == "." } <= 1
    }

    private static func scaled(_ number: Decimal, by exponent: Int) -> Decimal {
        Decimal(sign: .plus, exponent: exponent, significand: number)
    }
}

// MARK: - Writing

extension Quantity: CustomStringConvertible {
    /// The text that Kubernetes writes: the largest suffix with which the number is whole.
    package var description: String {
        if format == .binary, amount.magnitude >= 1024, let whole = Int("\(amount)") {
            var (number, power) = (whole, 0)
            while number % 1024 == 0, power + 1 < Self.binarySuffixes.count {
                number /= 1024
                power += 1
            }
            return "\(number)\(Self.binarySuffixes[power])"
        }
        var (digits, exponent) = wholeDigits
        guard digits != "0" else { return "0" }
        while exponent % 3 != 0 {
            digits += "0"
            exponent -= 1
        }
        let sign = amount < 0 ? "-" : ""
        let position = exponent / 3 + Self.unit
        guard format != .exponent, Self.decimalSuffixes.indices.contains(position) else {
            return exponent == 0 ? sign + digits : "\(sign)\(digits)e\(exponent)"
        }
        return sign + digits + Self.decimalSuffixes[position]
    }

    /// The amount as a whole number times a power of ten, without zeros at its end.
    private var wholeDigits: (digits: String, exponent: Int) {
        let parts = "\(amount.magnitude)".split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        var digits = String((parts[0] + fraction).drop { $0 == "0" })
        var exponent = -fraction.count
        while digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        return digits.isEmpty ? ("0", 0) : (digits, exponent)
    }
}

extension Decimal {
    /// The next whole number in a direction.
    package func rounded(_ mode: RoundingMode, places: Int = 0) -> Decimal {
        var (source, result) = (self, Decimal())
        NSDecimalRound(&result, &source, places, mode)
        return result
    }
}
