/// Makes trees of events.
struct TreeBuilder {
    /// The deepest nesting that is read; manifests stay far below, and a deeper tree would exhaust a stack.
    static let deepestNesting = 500
    /// How many nodes a document may get by aliases, so that a short text cannot make an endless tree.
    static let mostAliasedNodes = 1_000_000

    private(set) var documents: [YAMLNode] = []
    private var open: [Collection] = []
    private var anchors: [String: Anchored] = [:]
    private var aliasedNodes = 0

    private struct Anchored {
        var node: YAMLNode
        /// How many nodes it consists of, itself counted.
        var size: Int
    }

    /// A sequence or mapping that is not at its end.
    fileprivate struct Collection {
        var place: SourcePlace
        var anchor: String?
        var isMapping: Bool
        var nodes: [YAMLNode] = []
        var mapping = YAMLMapping()
        /// The key whose value comes next.
        var key: Key?
        var isKeyMerge = false
        /// Keys that a merge key brought in, with its place.
        var merged: [String: SourcePlace] = [:]
        var size = 1
    }

    fileprivate struct Key {
        var name: String
        var place: SourcePlace
    }

    mutating func take(_ event: Event) throws(YAMLError) {
        switch event.kind {
        case .documentStart:
            anchors = [:]
            aliasedNodes = 0
        case .documentEnd:
            break
        case .alias(let name):
            try takeAlias(name, event.place)
        case .scalar(let scalar, let anchor):
            try take(scalar, anchor: anchor, event.place)
        case .sequenceStart(let anchor):
            try begin(Collection(place: event.place, anchor: anchor, isMapping: false))
        case .mappingStart(let anchor):
            try begin(Collection(place: event.place, anchor: anchor, isMapping: true))
        case .collectionEnd:
            guard let ended = open.popLast() else { preconditionFailure("a collection ends that never began") }
            let content: YAMLNode.Content = ended.isMapping ? .mapping(ended.mapping) : .sequence(ended.nodes)
            try complete(YAMLNode(content, place: ended.place), anchor: ended.anchor, size: ended.size)
        }
    }

    private var isKeyNext: Bool { open.last.map { $0.isMapping && $0.key == nil } ?? false }

    private mutating func begin(_ collection: Collection) throws(YAMLError) {
        guard !isKeyNext else {
            throw YAMLError(
                message: "a list or mapping cannot be a key",
                place: collection.place,
                notes: ["put text that begins with '{' or '[' in quotes"]
            )
        }
        guard open.count < Self.deepestNesting else {
            throw YAMLError(
                message: "lists and mappings are nested more than \(Self.deepestNesting) deep",
                place: collection.place
            )
        }
        open.append(collection)
    }

    private mutating func take(_ scalar: Scalar, anchor: String?, _ place: SourcePlace) throws(YAMLError) {
        if isKeyNext, scalar.isMerge {
            open[open.count - 1].isKeyMerge = true
            open[open.count - 1].key = Key(name: scalar.text, place: place)
            return
        }
        do {
            try complete(YAMLNode(try scalar.resolved(), place: place), anchor: anchor, size: 1)
        } catch let problem as ScalarProblem {
            throw YAMLError(message: problem.message, place: place, notes: problem.notes)
        } catch let error as YAMLError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown here")
        }
    }

    private mutating func takeAlias(_ name: String, _ place: SourcePlace) throws(YAMLError) {
        guard var anchored = anchors[name] else {
            let isInside = open.contains { $0.anchor == name }
            throw YAMLError(
                message: isInside
                    ? "the alias '*\(name)' stands in what it names" : "there is no anchor '&\(name)' for this alias",
                place: place,
                notes: isInside ? [] : ["put text that begins with '*' in quotes"]
            )
        }
        aliasedNodes += anchored.size
        guard aliasedNodes <= Self.mostAliasedNodes else {
            throw YAMLError(
                message: "the aliases of this document stand for more than \(Self.mostAliasedNodes) values",
                place: place,
                notes: ["write the values out, or use fewer aliases of aliases"]
            )
        }
        anchored.node.place = place
        try complete(anchored.node, anchor: nil, size: anchored.size)
    }

    private mutating func complete(_ node: YAMLNode, anchor: String?, size: Int) throws(YAMLError) {
        if let anchor { anchors[anchor] = Anchored(node: node, size: size) }
        guard let last = open.indices.last else {
            if !node.isNull { documents.append(node) }
            return
        }
        open[last].size += size
        guard open[last].isMapping else {
            open[last].nodes.append(node)
            return
        }
        guard let key = open[last].key else {
            open[last].key = Key(name: try Self.keyName(node), place: node.place ?? open[last].place)
            return
        }
        open[last].key = nil
        if open[last].isKeyMerge {
            open[last].isKeyMerge = false
            try open[last].merge(node, place: key.place)
        } else {
            try open[last].add(YAMLMapping.Entry(key: key.name, keyPlace: key.place, value: node), at: key.place)
        }
    }

    /// A key as Kubernetes makes a string of it.
    private static func keyName(_ node: YAMLNode) throws(YAMLError) -> String {
        switch node.content {
        case .string(let text): return text
        case .bool, .integer, .number: return node.jsonText()
        case .null, .sequence, .mapping:
            throw YAMLError(
                message: node.isNull ? "a key is missing or null" : "a list or mapping cannot be a key",
                place: node.place ?? SourcePlace(file: "", line: 1, column: 1),
                notes: node.isNull ? ["write a key in front of ':', in quotes if it is the word null"] : []
            )
        }
    }
}

extension TreeBuilder.Collection {
    fileprivate mutating func add(_ entry: YAMLMapping.Entry, at place: SourcePlace) throws(YAMLError) {
        guard let earlier = mapping.entry(entry.key) else {
            mapping.append(entry)
            return
        }
        let note: String
        if let merge = merged[entry.key] {
            note =
                "the merge key '<<' at \(merge.line):\(merge.column) sets it; Kubernetes does not let a key override a merged one"
        } else if let first = earlier.keyPlace {
            note = "it is set at \(first.line):\(first.column) before"
        } else {
            note = "remove one of the two"
        }
        throw YAMLError(message: "the key '\(entry.key)' is there twice", place: place, notes: [note])
    }

    fileprivate mutating func merge(_ node: YAMLNode, place: SourcePlace) throws(YAMLError) {
        for source in node.sequence ?? [node] {
            guard let entries = source.mapping?.entries else {
                throw YAMLError(
                    message: "the merge key '<<' needs a mapping or a list of mappings",
                    place: source.place ?? place,
                    notes: ["write an alias like '*name', or put '<<' in quotes"]
                )
            }
            for entry in entries {
                try add(entry, at: place)
                merged[entry.key] = place
            }
        }
    }
}
