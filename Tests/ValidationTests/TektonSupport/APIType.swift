@testable import Manifests

/// The fields of one type of Tekton's API, whatever version has them.
struct APIType {
    struct Field {
        var name: String
        /// The one version that has the field, nil if all have it.
        var onlyVersion: String?
        /// The type of what it holds, nil where that is a value or the user's own.
        var type: ShapeName?
    }

    var fields: [Field]

    init(_ name: ShapeName) {
        let (current, beta) = (SchemaCatalogue.v1.shape(name), SchemaCatalogue.v1beta1.shape(name))
        fields = Set(current.names + beta.names).sorted().map { field in
            let (inCurrent, inBeta) = (current.fields[field], beta.fields[field])
            return Field(
                name: field,
                onlyVersion: inBeta == nil ? "v1" : inCurrent == nil ? "v1beta1" : nil,
                type: (inCurrent ?? inBeta)?.objectName
            )
        }
    }

    static let documents: [ShapeName] = [.task, .pipeline, .pipelineRun, .taskRun, .stepAction, .customRun]
}

extension FieldType {
    /// The type of the objects that a field holds: one, a list or a map of them.
    var objectName: ShapeName? {
        switch self {
        case .object(let name): name
        case .list(let element), .map(let element), .open(let element): element.objectName
        default: nil
        }
    }
}

extension ShapeName {
    /// The name with which the documentation speaks of the type.
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
