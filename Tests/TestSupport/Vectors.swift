import Foundation
package import YAML

/// A case of the conformance vectors: an input and what Tekton answered.
package struct VectorCase: Sendable {
    package var id: String
    package var name: String
    /// Which function the case asks for; empty in suites that ask one thing only.
    package var operation: String
    package var input: YAMLNode
    package var expected: YAMLNode
    /// Where the case shows what looks like a defect of Tekton: then another answer may be right.
    package var quirks: [String]
    /// The whole object.
    package var root: YAMLNode

    package init(_ root: YAMLNode) {
        self.root = root
        id = root["id"]?.string ?? ""
        name = root["name"]?.string ?? ""
        operation = root["op"]?.string ?? ""
        input = root["input"] ?? [:]
        expected = root["expected"] ?? [:]
        quirks = root["quirk"]?.strings ?? []
    }
}

/// What became of the cases of one suite.
package struct VectorTally: Sendable {
    package var suite: String
    package var passed = 0
    /// A text for each failed case: its id, its name and what differs.
    package var failures: [String] = []

    package var hasFailed: Bool { !failures.isEmpty }
}

/// The conformance vectors, which lie outside the package.
///
/// They are in the folder that `DRYDOCK_VECTORS` names, else in `../shared/vectors` beside the package.
package enum Vectors {
    /// Whether cases with quirks are asked.
    package enum QuirkTreatment { case asked, leftOut }

    /// Runs the cases of a suite and prints `SUITE: N passed, N failed`.
    ///
    /// Without the folder, one line names the suite as left out. A folder without the suite's file is a failure.
    /// - Parameters:
    ///   - suite: The name of the suite, like `dag`.
    ///   - part: Names a part of the suite in what is printed.
    ///   - quirks: Whether the cases count that show what looks like a defect of Tekton.
    ///   - isInScope: Chooses the cases that count.
    ///   - check: What differs from the expectation, a line each; none if the case passes.
    /// - Returns: The tally, to be expected to be without failures.
    package static func run(
        _ suite: String,
        part: String = "",
        quirks: QuirkTreatment = .leftOut,
        where isInScope: (VectorCase) -> Bool = { _ in true },
        check: (VectorCase) throws -> [String]
    ) -> VectorTally {
        let title = part.isEmpty ? suite : "\(suite) (\(part))"
        var tally = VectorTally(suite: suite)
        guard let cases = load(suite, title: title, into: &tally) else { return tally }
        for one in cases where (quirks == .asked || one.quirks.isEmpty) && isInScope(one) {
            let problems: [String]
            do { problems = try check(one) } catch { problems = ["\(error)"] }
            if problems.isEmpty {
                tally.passed += 1
            } else {
                tally.failures.append("\(one.id) \(one.name)\n  " + problems.joined(separator: "\n  "))
            }
        }
        if tally.passed == 0, tally.failures.isEmpty { tally.failures.append("\(title): no case is in scope") }
        print("\(title): \(tally.passed) passed, \(tally.failures.count) failed")
        return tally
    }

    /// All cases of a suite; none if they cannot be read, which ``run(_:part:where:check:)`` reports.
    package static func cases(_ suite: String) -> [VectorCase] {
        var tally = VectorTally(suite: suite)
        return load(suite, title: suite, into: &tally) ?? []
    }

    /// Whether there is a folder of vectors at all.
    package static var areThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    private static var named: String { ProcessInfo.processInfo.environment["DRYDOCK_VECTORS"] ?? "" }
    private static var folder: URL { named.isEmpty ? besidePackage : URL(filePath: named) }

    private static func load(_ suite: String, title: String, into tally: inout VectorTally) -> [VectorCase]? {
        if named.isEmpty, !areThere {
            print("\(title): left out, there are no vectors in \(folder.path)")
            return nil
        }
        do {
            let text = try String(contentsOf: folder.appending(path: "\(suite).jsonl"), encoding: .utf8)
            return try text.split(separator: "\n").map { VectorCase(try JSONReader.read($0)) }
        } catch {
            tally.failures.append("\(title): cannot be read from \(folder.path): \(error)")
            print("\(title): 0 passed, 1 failed")
            return nil
        }
    }

    private static var besidePackage: URL {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(path: "shared/vectors")
    }
}
