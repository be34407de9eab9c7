/// Which PipelineTask waits for which: a graph without cycles, its tasks in the order of the Pipeline.
package struct TaskGraph: Sendable {
    package let names: [String]
    /// For each task the places of those that it waits for, in rising order.
    package let parents: [[Int]]
    /// For each task the places of those that wait for it.
    package let children: [[Int]]
    private let indexByName: [String: Int]

    /// Builds the graph.
    /// - Parameters:
    ///   - names: The tasks.
    ///   - dependencies: For a task the names of those that it waits for.
    /// - Throws: What Tekton says to tasks of one name, a cycle, or a task that does not exist.
    package init(tasks names: [String], dependencies: [String: [String]]) throws(TaskGraphError) {
        var indexByName: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard indexByName.updateValue(index, forKey: name) == nil else { throw .duplicate(name) }
        }
        if let cycle = Self.cycle(in: dependencies) { throw cycle }
        var parents = names.map { _ in [Int]() }
        var children = names.map { _ in [Int]() }
        for (index, name) in names.enumerated() {
            var seen: Set<Int> = []
            for dependency in dependencies[name] ?? [] {
                guard let parent = indexByName[dependency] else { throw .missing(task: name, dependency: dependency) }
                guard seen.insert(parent).inserted else { continue }
                parents[index].append(parent)
                children[parent].append(index)
            }
            parents[index].sort()
        }
        self.names = names
        self.parents = parents
        self.children = children
        self.indexByName = indexByName
    }

    package func index(of name: String) -> Int? { indexByName[name] }

    /// The tasks that are not done while all that they wait for is.
    /// - Throws: If a task is called done while something before it is not.
    package func candidates(done: [String]) throws(TaskGraphError) -> Set<String> {
        let isDone = Set(done.compactMap { indexByName[$0] })
        var candidates: Set<String> = []
        var visited: Set<Int> = []
        var open = names.indices.filter { parents[$0].isEmpty }
        while let index = open.popLast() {
            guard visited.insert(index).inserted else { continue }
            if isDone.contains(index) {
                open += children[index]
            } else if isDone.isSuperset(of: parents[index]) {
                candidates.insert(names[index])
            }
        }
        let unreached = done.filter { name in indexByName[name].map { !visited.contains($0) } ?? true }
        guard unreached.isEmpty else { throw .doneTooEarly(unreached) }
        return candidates
    }

    /// Takes away what waits for nothing until nothing is left, or only cycles and what waits for them.
    private static func cycle(in dependencies: [String: [String]]) -> TaskGraphError? {
        var waiting = dependencies.mapValues { Set($0) }.filter { !$0.value.isEmpty }
        var children: [String: [String]] = [:]
        for (task, parents) in waiting {
            for parent in parents { children[parent, default: []].append(task) }
        }
        var free = children.keys.filter { waiting[$0] == nil }
        while let parent = free.popLast() {
            for child in children[parent] ?? [] {
                waiting[child]?.remove(parent)
                guard waiting[child]?.isEmpty == true else { continue }
                waiting[child] = nil
                free.append(child)
            }
        }
        guard let first = waiting.keys.min() else { return nil }
        return .cycle(task: first, dependencies: (waiting[first] ?? []).sorted())
    }
}

/// Why tasks are no graph.
package enum TaskGraphError: Error, Hashable {
    case duplicate(String)
    case cycle(task: String, dependencies: [String])
    case missing(task: String, dependency: String)
    case doneTooEarly([String])
}

extension TaskGraphError: CustomStringConvertible {
    /// Tekton's words.
    package var description: String {
        switch self {
        case .duplicate(let name):
            "task \(name) is already present in Graph, can't add it again: duplicate pipeline task"
        case .cycle(let task, let dependencies):
            "cycle detected; task \"\(task)\" depends on "
                + dependencies.map { "\"\($0)\"" }.joined(separator: ", ")
        case .missing(let task, let dependency):
            "couldn't add link between \(task) and \(dependency): task \(task) depends on \(dependency) "
                + "but \(dependency) wasn't present in Pipeline"
        case .doneTooEarly(let names):
            "invalid list of done tasks; some tasks were indicated completed without ancestors being done: "
                + "[\(names.joined(separator: " "))]"
        }
    }
}
