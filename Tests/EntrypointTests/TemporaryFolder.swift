import Foundation

/// A folder of a test's own that goes away with it.
final class TemporaryFolder {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "entrypoint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit {
        // What is left behind does not matter to any test.
        try? FileManager.default.removeItem(at: root)
    }

    func path(_ name: String) -> String {
        root.appending(path: name).path
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    func text(_ name: String) throws -> String {
        // A handle also reads named pipes.
        let handle = try FileHandle(forReadingFrom: root.appending(path: name))
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    func write(_ name: String, _ text: String, executable: Bool = false) throws {
        let file = root.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        if executable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    /// Writes to something that exists, such as a named pipe.
    func append(_ name: String, _ text: String) throws {
        let handle = try FileHandle(forWritingTo: root.appending(path: name))
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }
}
