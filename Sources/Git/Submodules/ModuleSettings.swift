import CGit2
import SystemPackage

/// What `.gitmodules` says.
///
/// [gitmodules](https://git-scm.com/docs/gitmodules)
struct ModuleSettings {
    struct Module {
        var name: String
        var path: String?
        var url: String?
        var update: String?
        var isShallow = false
    }

    private var modules: [Module] = []

    /// Reads the file as the index has it.
    init(in repository: Handle, _ index: Handle) throws(LibraryError) {
        guard let entry = git_index_get_bypath(index.pointer, ".gitmodules", 0)?.pointee,
            entry.mode != GIT_FILEMODE_LINK.rawValue
        else { return }
        var id = entry.id
        let blob = try Handle(freedBy: git_blob_free) { [pointer = repository.pointer] in
            git_blob_lookup($0, pointer, &id)
        }
        let bytes = UnsafeRawBufferPointer(
            start: git_blob_rawcontent(blob.pointer),
            count: Int(git_blob_rawsize(blob.pointer))
        )
        // libgit2 reads settings from files alone.
        let file = FilePath(String(cString: git_repository_path(repository.pointer))).appending("drydock-gitmodules")
        defer { removeTree(file) }
        try write(String(decoding: bytes, as: UTF8.self), to: file)
        let configuration = try Handle(freedBy: git_config_free) { git_config_open_ondisk($0, file.string) }
        let iterator = try Handle(freedBy: git_config_iterator_free) {
            git_config_iterator_new($0, configuration.pointer)
        }
        var found: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&found, iterator.pointer) == 0, let setting = found?.pointee {
            add(String(cString: setting.name), setting.value.map { String(cString: $0) })
        }
    }

    private mutating func add(_ key: String, _ value: String?) {
        guard key.hasPrefix("submodule."), let dot = key.lastIndex(of: ".") else { return }
        let start = key.index(key.startIndex, offsetBy: "submodule.".count)
        guard start < dot else { return }
        let name = String(key[start..<dot])
        // A name is a folder below `.git/modules`.
        guard !name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..") else { return }
        let position = modules.firstIndex { $0.name == name } ?? modules.endIndex
        if position == modules.endIndex { modules.append(Module(name: name)) }
        switch key[key.index(after: dot)...] {
        case "shallow":
            var isShallow: Int32 = 0
            modules[position].isShallow = git_config_parse_bool(&isShallow, value) == 0 && isShallow != 0
        // What looks like an option of a command is not taken.
        case "path": modules[position].path = value.flatMap { $0.hasPrefix("-") ? nil : $0 }
        case "url": modules[position].url = value.flatMap { $0.hasPrefix("-") ? nil : $0 }
        case "update": modules[position].update = value
        default: break
        }
    }

    /// The submodule whose path that is.
    func module(at path: String) -> Module? {
        modules.last { $0.path.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } == path }
    }
}
