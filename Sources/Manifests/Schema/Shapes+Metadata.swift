/// The tables that say which fields a kind of object has, a file a topic.
enum Shapes {
    static let metadata: [ShapeName: Shape] = [
        .objectMeta: [
            "name": .string, "generateName": .string, "namespace": .string, "selfLink": .string, "uid": .string,
            "resourceVersion": .string, "generation": .integer, "creationTimestamp": .anything,
            "deletionTimestamp": .anything, "deletionGracePeriodSeconds": .integer, "labels": .labels,
            "annotations": .labels, "ownerReferences": .objects(.ownerReference), "finalizers": .strings,
            "managedFields": .list(.anything),
        ],
        .ownerReference: [
            "apiVersion": .string, "kind": .string, "name": .string, "uid": .string, "controller": .boolean,
            "blockOwnerDeletion": .boolean,
        ],
        .taskMetadata: ["labels": .labels, "annotations": .labels],
        .labelSelector: ["matchLabels": .labels, "matchExpressions": .objects(.labelSelectorRequirement)],
        .labelSelectorRequirement: ["key": .string, "operator": .string, "values": .strings],
    ]
}
