import Foundation
import Testing

@testable import Manifests

/// `docs/tekton-support.md` says of every field of the API what becomes of it, and what it says holds.
@Suite struct `The page of what is supported` {
    @Test func `has each field once, and no other`() throws {
        let page = try SupportPage.read()
        #expect(page.problems == [])
        var rows = Dictionary(grouping: page.rows, by: \.name)
        var (open, seen) = (APIType.documents, Set(APIType.documents))
        var missing: [String] = []
        var many: [String] = []
        var wrongVersion: [String] = []
        while let name = open.popLast() {
            for field in APIType(name).fields {
                let path = "\(name.title).\(field.name)"
                guard let found = rows.removeValue(forKey: path), let row = found.first else {
                    missing.append(path)
                    continue
                }
                if found.count > 1 { many.append(path) }
                if row.onlyVersion != field.onlyVersion { wrongVersion.append(path) }
                guard row.treatment.leadsFurther, let type = field.type, seen.insert(type).inserted else { continue }
                open.append(type)
            }
        }
        for (type, fields) in StatusTypes.fields {
            for field in fields where rows.removeValue(forKey: "\(type).\(field)")?.count != 1 {
                missing.append("\(type).\(field)")
            }
        }
        #expect(missing.sorted() == [])
        #expect(many.sorted() == [])
        #expect(wrongVersion.sorted() == [])
        #expect(rows.keys.sorted() == [], "there are no such fields, or what holds them is not honoured")
    }

    @Test func `names a proof for each field that is honoured, and it is there`() throws {
        var proofs = try Proofs()
        var problems: [String] = []
        for row in try SupportPage.read().rows {
            if row.treatment.needsProof, row.proofs.isEmpty { problems.append("\(row.name): no proof") }
            for proof in row.proofs where !proofs.contains(proof) { problems.append("\(row.name): no \(proof)") }
        }
        #expect(problems.sorted() == [])
    }

    @Test func `names what is said of each field that is not honoured`() throws {
        let problems = try SupportPage.read().rows.filter { row in
            switch row.treatment {
            case .honoured, .written: false
            case .ignored: row.notices.isEmpty
            case .refused: row.notices.isEmpty && row.proofs.isEmpty
            case .differs, .none, .notWritten: row.text.isEmpty
            }
        }
        #expect(problems.map(\.name).sorted() == [])
    }

    @Test(arguments: ["v1", "v1beta1"])
    func `what it says to be said is said, wherever the field stands`(_ version: String) throws {
        let rows = Dictionary(
            try SupportPage.read().rows.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var silent: Set<String> = []
        let walk = FieldWalk(version: version)
        walk.visit { place in
            guard let row = rows["\(place.type.title).\(place.field)"] else { return .stay }
            let expected = row.treatment == .honoured ? [] : row.notices
            if !expected.isEmpty {
                let said = walk.said(of: place)
                // A field of several holders may have a notice for each.
                if Set(said).isDisjoint(with: expected) {
                    silent.insert("\(place.path) says \(said.sorted()) instead of \(expected)")
                }
            }
            return row.treatment.leadsFurther ? .goIn : .stay
        }
        #expect(silent.sorted() == [])
    }
}
