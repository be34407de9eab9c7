import CGit2

/// What of a history is taken.
struct Portion {
    /// Commits, annotated tags, or whatever else a ref names.
    var tips: [ObjectID]
    /// How many commits deep; 0 for all.
    var depth: Int
}

/// The objects of some portions of a repository's history.
struct ObjectSelection {
    private let repository: Handle
    private let cancellation: Cancellation
    /// Commits whose parents the repository does not have.
    private let grafts: Set<ObjectID>
    private(set) var objects: Set<ObjectID> = []
    private(set) var commits: Set<ObjectID> = []
    /// The commits whose parents are left out, as `shallow` lists them.
    private(set) var boundary: Set<ObjectID> = []

    init(_ repository: Handle, grafts: Set<ObjectID> = [], cancellation: Cancellation) {
        self.repository = repository
        self.grafts = grafts
        self.cancellation = cancellation
    }

    /// Adds what one fetch brings.
    mutating func add(_ portion: Portion) throws(LibraryError) {
        var generation: [ObjectID] = []
        for tip in portion.tips {
            if let commit = try addTip(tip) { generation.append(commit) }
        }
        var seen: Set<ObjectID> = []
        var distance = 0
        while !generation.isEmpty {
            distance += 1
            var next: [ObjectID] = []
            for id in generation where seen.insert(id).inserted {
                guard !cancellation.isCancelled else { throw .cancelled }
                let (tree, parents) = try facts(of: id)
                objects.insert(id)
                commits.insert(id)
                try addTree(tree)
                if distance == portion.depth || grafts.contains(id) {
                    boundary.insert(id)
                } else {
                    // The other side sees that the parents are there now.
                    boundary.remove(id)
                    next += parents
                }
            }
            generation = next
        }
    }

    /// Adds what a tag needs whose commit is there.
    mutating func addTag(_ tag: ObjectID) throws(LibraryError) { _ = try addTip(tag) }

    /// Adds an object that a ref names, unless it is a commit, which is returned.
    private mutating func addTip(_ id: ObjectID) throws(LibraryError) -> ObjectID? {
        var id = id
        while true {
            var oid = id.oid
            let object = try Handle(freedBy: git_object_free) { [pointer = repository.pointer] in
                git_object_lookup($0, pointer, &oid, GIT_OBJECT_ANY)
            }
            switch git_object_type(object.pointer) {
            case GIT_OBJECT_COMMIT: return id
            case GIT_OBJECT_TREE:
                try addTree(id)
                return nil
            case GIT_OBJECT_TAG:
                objects.insert(id)
                id = ObjectID(git_tag_target_id(object.pointer).pointee)
            default:
                objects.insert(id)
                return nil
            }
        }
    }

    private func facts(of id: ObjectID) throws(LibraryError) -> (tree: ObjectID, parents: [ObjectID]) {
        var oid = id.oid
        let commit = try Handle(freedBy: git_commit_free) { [pointer = repository.pointer] in
            git_commit_lookup($0, pointer, &oid)
        }
        let parents = (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
            git_commit_parent_id(commit.pointer, index).map { ObjectID($0.pointee) }
        }
        return (ObjectID(git_commit_tree_id(commit.pointer).pointee), parents)
    }

    private mutating func addTree(_ root: ObjectID) throws(LibraryError) {
        var trees = [root]
        while let id = trees.popLast() {
            guard objects.insert(id).inserted else { continue }
            var oid = id.oid
            let tree = try Handle(freedBy: git_tree_free) { [pointer = repository.pointer] in
                git_tree_lookup($0, pointer, &oid)
            }
            for index in 0..<git_tree_entrycount(tree.pointer) {
                let entry = git_tree_entry_byindex(tree.pointer, index)
                switch git_tree_entry_type(entry) {
                case GIT_OBJECT_TREE: trees.append(ObjectID(git_tree_entry_id(entry).pointee))
                case GIT_OBJECT_BLOB: objects.insert(ObjectID(git_tree_entry_id(entry).pointee))
                // A submodule's commit is in another repository.
                default: continue
                }
            }
        }
    }
}
