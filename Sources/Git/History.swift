import CGit2

/// The commits of a repository that has what is asked for.
struct History {
    let repository: OpaquePointer

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

    /// When it was committed, in seconds since 1970.
    func committerSeconds(of commit: git_oid) throws(LibraryError) -> Int64 {
        var id = commit
        let repository = repository
        let commit = try Handle(freedBy: git_commit_free) { git_commit_lookup($0, repository, &id) }
        return git_commit_time(commit.pointer)
    }
}
