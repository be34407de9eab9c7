/// Finds the name that was probably meant.
package enum NearestName {
    /// The name nearest to a misspelt one, nil if none is near.
    package static func to(_ name: String, among candidates: [String]) -> String? {
        let wanted = name.lowercased()
        let limit = max(1, (wanted.count + 1) / 3)
        let rated = candidates.map { candidate in (candidate, distance(wanted, candidate.lowercased())) }
        let best = rated.min { $0.1 < $1.1 }
        if let best, best.1 <= limit { return best.0 }
        return candidates.first { isStemShared(wanted, $0.lowercased()) }
    }

    /// `parameters` for `params`, `workspace` for `workspaces`: one begins as most of the other does.
    private static func isStemShared(_ left: String, _ right: String) -> Bool {
        let shared = zip(left, right).prefix { $0.0 == $0.1 }.count
        return shared >= 4 && shared + 2 >= min(left.count, right.count)
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let replaced = rows[i][j] + (left[i] == right[j] ? 0 : 1)
                var least = min(replaced, rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
