/// Where the paths lie that the script of a step names.
struct StepPaths {
    /// What a path leads to.
    enum Place: Hashable {
        case home([String])
        case workspace(String, [String])
        case elsewhere
    }

    /// The step's home.
    let home: String
    /// Where the step sees the workspaces, by their names.
    let workspaces: [String: String]

    /// What an absolute path without `..` leads to: the innermost place that contains it.
    func place(of path: String) -> Place {
        guard path.hasPrefix("/"), let components = Self.components(path) else { return .elsewhere }
        var found = Place.elsewhere
        var depth = -1
        func consider(_ root: String, _ place: ([String]) -> Place) {
            guard let above = Self.components(root), components.starts(with: above), above.count > depth else { return }
            depth = above.count
            found = place(Array(components.dropFirst(above.count)))
        }
        for (name, root) in workspaces { consider(root) { .workspace(name, $0) } }
        consider(home) { .home($0) }
        return found
    }

    /// The workspace that a path begins with, and the rest as it is written.
    func workspace(of path: String) -> (name: String, rest: String)? {
        let matches = workspaces.filter { path == $0.value || path.hasPrefix($0.value + "/") }
        guard let match = matches.max(by: { $0.value.count < $1.value.count }) else { return nil }
        return (match.key, String(path.dropFirst(match.value.count + 1)))
    }

    /// The names in a path without those that mean nothing; nil if it leads upwards.
    static func components(_ path: String) -> [String]? {
        let names = path.split(separator: "/").map { String($0) }.filter { $0 != "." }
        return names.contains("..") ? nil : names
    }
}
