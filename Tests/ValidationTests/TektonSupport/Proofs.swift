import Foundation
import TestSupport
import YAML

/// What the documentation can name as proof: the tests here, and the vectors and cases outside.
struct Proofs {
    /// The text of each file of tests, by its name.
    private var tests: [String: String] = [:]
    private var vectors: [String: Set<String>] = [:]
    /// Nil where there are no cases.
    private var cases: Set<String>?

    init() throws {
        let folder = SupportPage.package.appending(path: "Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            tests[file.lastPathComponent, default: ""] += try String(contentsOf: file, encoding: .utf8)
        }
        let corpus = SupportPage.package.deletingLastPathComponent().appending(path: "shared/conformance/corpus.json")
        guard FileManager.default.fileExists(atPath: corpus.path) else {
            print("proofs: cases left out, there is no \(corpus.path)")
            return
        }
        let rows = try JSONReader.read(String(contentsOf: corpus, encoding: .utf8))["cases"]?.elements ?? []
        cases = Set(rows.filter { $0["runnable"]?.string == "offline" }.compactMap { $0["id"]?.string })
    }

    /// Whether it is there; true where nobody can tell.
    mutating func contains(_ proof: SupportPage.Row.Proof) -> Bool {
        switch proof {
        case .test(let file, let name): return tests[file]?.contains("func `\(name)`(") == true
        case .conformanceCase(let id): return cases?.contains(id) ?? true
        case .vector(let suite, let id):
            if vectors[suite] == nil { vectors[suite] = Set(Vectors.cases(suite).map(\.id)) }
            guard let known = vectors[suite], !known.isEmpty else { return !Vectors.areThere }
            return known.contains(id)
        }
    }
}
