import Testing
import Validation
import YAML

@testable import Manifests

/// Goes to every place in the documents of a version where a field can stand.
struct FieldWalk {
    struct Place {
        var kind: String
        /// The fields from the document down to this one, each with what it holds.
        var trail: [(field: String, type: FieldType)]
        var type: ShapeName

        var field: String { trail.last?.field ?? "" }
        var path: String { "\(kind).\(trail.map(\.field).joined(separator: "."))" }
    }

    enum Next { case goIn, stay }

    let version: String

    private var catalogue: SchemaCatalogue { version == "v1" ? .v1 : .v1beta1 }

    private var kinds: [(String, ShapeName)] {
        let tekton: [(String, ShapeName)] = [
            ("Task", .task), ("Pipeline", .pipeline), ("PipelineRun", .pipelineRun), ("TaskRun", .taskRun),
        ]
        return version == "v1" ? tekton : tekton + [("StepAction", .stepAction)]
    }

    /// Visits each place; a type inside itself is not gone into again.
    func visit(_ body: (Place) -> Next) {
        for (kind, name) in kinds { visit(name, Place(kind: kind, trail: [], type: name), inside: [], body) }
    }

    private func visit(_ name: ShapeName, _ holder: Place, inside: [ShapeName], _ body: (Place) -> Next) {
        let shape = catalogue.shape(name)
        for field in shape.names {
            guard let type = shape.fields[field] else { continue }
            let place = Place(kind: holder.kind, trail: holder.trail + [(field, type)], type: name)
            guard body(place) == .goIn, let inner = type.objectName, !inside.contains(inner), inner != name else {
                continue
            }
            visit(inner, place, inside: inside + [name], body)
        }
    }

    /// The rules of what is said of a document that has this field and nothing else.
    func said(of place: Place) -> [String] {
        guard let last = place.trail.last else { return [] }
        var node = Self.values[last.field] ?? sample(last.type, depth: 0)
        for (index, holder) in place.trail.dropLast().enumerated().reversed() {
            node = wrapped([place.trail[index + 1].field: node], in: holder.type)
        }
        var root: YAMLNode = [
            "apiVersion": YAMLNode("tekton.dev/\(version)"), "kind": YAMLNode(place.kind),
            "metadata": ["name": "a"],
        ]
        root[place.trail[0].field] = node
        var loader = ManifestLoader()
        #expect(loader.load(text: root.jsonText(), file: "a.json").isEmpty)
        guard let document = loader.set.documents.first else { return [] }
        return (Unsupported.check(document) + Differences.check(document)).map(\.rule)
    }

    private func wrapped(_ fields: [String: YAMLNode], in type: FieldType) -> YAMLNode {
        switch type {
        case .list(let element): YAMLNode([wrapped(fields, in: element)])
        case .map(let element): ["x": wrapped(fields, in: element)]
        case .open(let inner): wrapped(fields, in: inner)
        default: YAMLNode(.mapping(YAMLMapping(fields.map { .init(key: $0.key, value: $0.value) })))
        }
    }

    /// An object with one field, which is enough to be one.
    private func object(_ name: ShapeName, depth: Int) -> YAMLNode {
        let shape = catalogue.shape(name)
        guard depth < 5, let field = shape.names.first, let type = shape.fields[field] else { return [:] }
        return wrapped([field: sample(type, depth: depth + 1)], in: .object(name))
    }

    /// The values of fields that make a difference with certain values only.
    private static let values: [String: YAMLNode] = ["scheme": "HTTPS"]

    /// A value that a field may have.
    private func sample(_ type: FieldType, depth: Int) -> YAMLNode {
        switch type {
        case .string: "x"
        case .integer, .integerOrString: 1
        case .boolean: true
        case .quantity: "1"
        case .duration: "1s"
        case .anything: ["x": "y"]
        case .list(let element): YAMLNode([sample(element, depth: depth)])
        case .map(let element): ["x": sample(element, depth: depth)]
        case .open(let inner): sample(inner, depth: depth)
        case .object(let name):
            object(name, depth: depth)
        }
    }
}
