import TestSupport

extension Vectors {
    /// A rule by which cases of a suite are left out, with a word for it.
    typealias Exclusion = (rule: String, applies: (VectorCase) -> Bool)

    /// Runs the cases of a suite that no rule leaves out, and prints how many each rule has left out.
    ///
    /// Cases with quirks are asked in no suite.
    static func run(
        _ suite: String,
        part: String = "",
        of isPart: (VectorCase) -> Bool = { _ in true },
        leavingOut exclusions: [Exclusion],
        check: (VectorCase) throws -> [String]
    ) -> VectorTally {
        var counts: [String: Int] = [:]
        let isInScope = { (one: VectorCase) in
            guard isPart(one) else { return false }
            guard let exclusion = exclusions.first(where: { $0.applies(one) }) else { return true }
            counts[exclusion.rule, default: 0] += 1
            return false
        }
        let tally = run(suite, part: part, where: isInScope, check: check)
        if !counts.isEmpty {
            let texts = counts.sorted { $0.key < $1.key }.map { "\($0.value) (\($0.key))" }
            print("\(part.isEmpty ? suite : "\(suite) (\(part))"): left out: \(texts.joined(separator: ", "))")
        }
        return tally
    }
}
