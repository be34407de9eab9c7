/// An amount of a resource as Kubernetes writes it: `500m`, `1.5Gi`, `2e3`.
///
/// [Kubernetes: Quantity](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)
struct Quantity: Hashable {
    /// The amount in whole units, which are bytes, processors, or things.
    var value: Double

    private static let factors: [String: Double] = [
        "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776,
        "Pi": 1_125_899_906_842_624, "Ei": 1_152_921_504_606_846_976,
    ]

    /// Nil where the text is not a quantity.
    init?(_ text: String) {
        let suffix = String(text.reversed().prefix { $0.isLetter }.reversed())
        if let factor = Self.factors[suffix], let number = Double(text.dropLast(suffix.count)) {
            value = number * factor
        } else if let number = Double(text) {
            value = number
        } else {
            return nil
        }
    }

    /// How often a divisor is in the amount, rounded up to a whole number as `resourceFieldRef` gives it.
    func count(of divisor: Quantity) -> Int {
        guard divisor.value > 0 else { return 0 }
        return Int((value / divisor.value).rounded(.up))
    }
}
