import CGit2

/// How `git rev-parse --short` shortens an object's name.
enum Abbreviation {
    /// The length that git starts with: enough digits that a clash is unlikely among that many packed objects.
    ///
    /// [git: core.abbrev](https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreabbrev)
    static func length(packedObjects count: Int) -> Int {
        let bits = Int.bitWidth - count.leadingZeroBitCount
        return max(7, (bits + 1) / 2)
    }

    /// The shortest name, of that length or longer, that no other object of the repository shares.
    static func shorten(_ id: git_oid, packedObjects: Int, in repository: OpaquePointer) throws(LibraryError) -> String
    {
        let text = id.text
        let objects = try Handle(freedBy: git_odb_free) { git_repository_odb($0, repository) }
        for length in length(packedObjects: packedObjects)..<text.utf8.count {
            var id = id
            let code = git_odb_exists_prefix(nil, objects.pointer, &id, length)
            if code != GIT_EAMBIGUOUS.rawValue {
                try check(code)
                return String(text.prefix(length))
            }
        }
        return text
    }
}
