import CGit2

/// A commit as far as a clone needs it.
struct CommitFacts {
    var id: git_oid
    var parents: [git_oid]
    var committerSeconds: Int64
}

/// The history that ends with one revision, in a repository that has all of it.
struct History {
    let repository: OpaquePointer
    let cancellation: Cancellation

    /// The commit that an object stands for: itself, or what an annotated tag points at.
    func commit(of id: git_oid) throws(LibraryError) -> git_oid {
        var id = id
        let repository = repository
        let object = try Handle(freedBy: git_object_free) {
            git_object_lookup($0, repository, &id, GIT_OBJECT_ANY)
        }
        let commit = try Handle(freedBy: git_object_free) { [pointer = object.pointer] in
            git_object_peel($0, pointer, GIT_OBJECT_COMMIT)
        }
        return git_object_id(commit.pointer).pointee
    }

    func facts(of id: git_oid) throws(LibraryError) -> CommitFacts {
        var id = id
        let repository = repository
        let commit = try Handle(freedBy: git_commit_free) { git_commit_lookup($0, repository, &id) }
        let parents = (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
            git_commit_parent_id(commit.pointer, index)?.pointee
        }
        return CommitFacts(id: id, parents: parents, committerSeconds: git_commit_time(commit.pointer))
    }

    /// Copies the newest commits, their files and the tag that named them into a pack of another repository.
    ///
    /// - Parameters:
    ///   - revision: The commit or annotated tag that the history ends with.
    ///   - depth: How many commits deep, at least 1.
    ///   - folder: The folder `objects/pack` of the other repository.
    /// - Returns: The commits whose parents are left out, as `shallow` lists them, and the number of objects.
    /// - Throws: libgit2's words; also when it is cancelled.
    func copy(
        _ revision: git_oid,
        depth: Int,
        to folder: String
    ) throws(LibraryError) -> (boundary: [git_oid], objectCount: Int) {
        let repository = repository
        let builder = try Handle(freedBy: git_packbuilder_free) { git_packbuilder_new($0, repository) }
        let payload = Unmanaged.passUnretained(cancellation).toOpaque()
        try check(git_packbuilder_set_callbacks(builder.pointer, { _, _, _, payload in answer(payload) }, payload))
        try insertTags(from: revision, into: builder)

        var boundary: [git_oid] = []
        var generation = [try commit(of: revision)]
        var seen: Set<String> = []
        for distance in 1...depth where !generation.isEmpty {
            var next: [git_oid] = []
            for id in generation where seen.insert(id.text).inserted {
                var id = id
                try check(git_packbuilder_insert_commit(builder.pointer, &id))
                if distance == depth { boundary.append(id) } else { next += try facts(of: id).parents }
                guard !cancellation.isCancelled else {
                    throw LibraryError(code: GIT_EUSER.rawValue, category: 0, message: "cancelled")
                }
            }
            generation = next
        }
        try check(git_packbuilder_write(builder.pointer, folder, 0, { _, payload in answer(payload) }, payload))
        return (boundary, git_packbuilder_object_count(builder.pointer))
    }

    /// Inserts an annotated tag, and the tags between it and its commit.
    private func insertTags(from revision: git_oid, into builder: Handle) throws(LibraryError) {
        var id = revision
        let repository = repository
        while true {
            let object = try Handle(freedBy: git_object_free) {
                git_object_lookup($0, repository, &id, GIT_OBJECT_ANY)
            }
            guard git_object_type(object.pointer) == GIT_OBJECT_TAG else { return }
            try check(git_packbuilder_insert(builder.pointer, &id, nil))
            id = git_tag_target_id(object.pointer).pointee
        }
    }
}
