import CGit2
import SystemPackage

/// The refs of a remote, and a repository of this machine that has, or takes, what they are made of.
protocol Supply {
    var refs: RemoteRefs { get }
    var repository: Handle { get }
    /// Commits whose parents the repository does not have.
    var grafts: Set<ObjectID> { get }

    /// Sees to it that the repository has what is asked for.
    /// - Parameters:
    ///   - wanted: What a plan made of the refs asks for.
    ///   - tags: Whether tags may be needed too.
    /// - Throws: That it cannot be had.
    func bring(_ wanted: [FetchPlan.Entry], tags: Bool) throws(Remotes.Failure)
}

/// A repository of this machine, whose objects are where they are needed.
struct LocalSupply: Supply {
    let url: RemoteURL
    let refs: RemoteRefs
    let repository: Handle
    let grafts: Set<ObjectID>

    /// - Parameters:
    ///   - url: The remote.
    ///   - path: As git takes it: `.git` may be left out.
    /// - Throws: That there is no repository.
    init(_ url: RemoteURL, path: String) throws(GitError) {
        self.url = url
        do throws(LibraryError) {
            repository = try Self.open(path)
            refs = try Self.refs(of: repository)
        } catch {
            throw .repositoryNotFound(url: url.masked, message: error.message)
        }
        let folder = FilePath(String(cString: git_repository_commondir(repository.pointer)))
        let lines = text(of: folder.appending("shallow"))?.split(separator: "\n") ?? []
        grafts = Set(lines.compactMap { ObjectID($0) })
    }

    func bring(_ wanted: [FetchPlan.Entry], tags: Bool) throws(Remotes.Failure) {
        let missing = repository.missing(wanted.map(\.id))
        guard let entry = wanted.first(where: { missing.contains($0.id) }) else { return }
        throw .git(.revisionNotFound(revision: entry.name, url: url.masked))
    }

    private static func open(_ path: String) throws(LibraryError) -> Handle {
        var failure: LibraryError?
        for path in [path, path + ".git"] {
            do throws(LibraryError) {
                return try Handle(freedBy: git_repository_free) { git_repository_open_ext($0, path, 1, nil) }
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "no repository")
    }

    /// The refs of a repository of this machine.
    static func refs(of repository: Handle) throws(LibraryError) -> RemoteRefs {
        var names = git_strarray()
        try check(git_reference_list(&names, repository.pointer))
        defer { git_strarray_dispose(&names) }
        var refs: [RemoteRef] = []
        for case .some(let name) in UnsafeBufferPointer(start: names.strings, count: names.count) {
            var id = git_oid()
            // A ref that leads nowhere is not offered.
            guard git_reference_name_to_id(&id, repository.pointer, name) == 0 else { continue }
            refs.append(RemoteRef(name: String(cString: name), id: ObjectID(id), peeled: try peel(id, in: repository)))
        }
        var id = git_oid()
        let hasHead = git_reference_name_to_id(&id, repository.pointer, "HEAD") == 0
        let head = try Handle(freedBy: git_reference_free) { [pointer = repository.pointer] in
            git_reference_lookup($0, pointer, "HEAD")
        }
        let target = git_reference_symbolic_target(head.pointer).map { String(cString: $0) }
        return RemoteRefs(refs: refs, head: hasHead ? ObjectID(id) : nil, headTarget: target)
    }

    private static func peel(_ id: git_oid, in repository: Handle) throws(LibraryError) -> ObjectID? {
        var id = id
        let object = try Handle(freedBy: git_object_free) { [pointer = repository.pointer] in
            git_object_lookup($0, pointer, &id, GIT_OBJECT_ANY)
        }
        guard git_object_type(object.pointer) == GIT_OBJECT_TAG else { return nil }
        let target = try Handle(freedBy: git_object_free) { git_tag_peel($0, object.pointer) }
        return ObjectID(git_object_id(target.pointer).pointee)
    }
}

/// A repository that is made for one fetch, and that takes no more than is asked for.
struct PassingSupply: Supply {
    let repository: Handle
    let grafts: Set<ObjectID> = []
    private let fetch: RemoteFetch

    var refs: RemoteRefs { fetch.refs }

    init(_ session: RemoteSession, at path: FilePath) throws(GitError) {
        do throws(LibraryError) {
            repository = try Handle(freedBy: git_repository_free) { git_repository_init($0, path.string, 1) }
        } catch {
            throw .failed(action: "making a repository in", subject: path.string, message: error.message)
        }
        fetch = try RemoteFetch(session, into: repository)
    }

    func bring(_ wanted: [FetchPlan.Entry], tags: Bool) throws(Remotes.Failure) {
        let names = fetch.refs.names(for: wanted)
        if !names.isEmpty { try fetch.download(names + (tags ? ["refs/tags/*"] : [])) }
        for object in wanted.map(\.id) where !repository.contains(object) { try fetch.download(object) }
        fetch.disconnect()
    }
}

extension RemoteRefs {
    /// The refs that bring what is wanted; an object that no ref is has none.
    func names(for wanted: [FetchPlan.Entry]) -> [String] {
        let byName = Dictionary(all.map { ($0.name, $0.id) }) { first, _ in first }
        let byID = Dictionary(all.map { ($0.id, $0.name) }) { first, _ in first }
        return Set(wanted.compactMap { byName[$0.name] == nil ? byID[$0.id] : $0.name }).sorted()
    }
}
