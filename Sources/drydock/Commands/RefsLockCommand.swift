import ArgumentParser
import Foundation
import Manifests
import Resolvers
import SystemPackage

/// `drydock refs lock`: writes down what references lead to now.
struct RefsLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Write what references lead to into drydock.lock, with digests.",
        discussion: "References of other runs that the file holds stay as they are."
    )

    @OptionGroup var followed: ReferenceInputs

    func validate() throws {
        if followed.inputs.isLocked { throw ValidationError("--locked takes what is locked, and this locks anew") }
    }

    func run() async throws {
        let context = Context.current
        let known = try await followed.followAll(context)
        let path = known.lockfile
        let isThere = FileManager.default.fileExists(atPath: path.string)
        let before = try isThere ? LockfilePlace.read(path) : Lockfile()
        var lock = before
        for (reference, answer) in known.answers {
            guard let resource = answer.resource else { continue }
            let earlier = before[reference]
            lock.lock(reference, to: resource)
            guard earlier != lock[reference] else { continue }
            let change = earlier == nil ? "new" : "changed"
            context.output.write("\(change): \(reference.summary): \(answer.text) at \(resource.source.shortDigest)\n")
        }
        if lock != before || !isThere { try write(lock, to: path) }
        let count = lock.entries.count
        context.say("\(path): \(count) reference\(count == 1 ? "" : "s")")
    }

    private func write(_ lock: Lockfile, to path: FilePath) throws(CommandFailure) {
        do {
            try Data(lock.text.utf8).write(to: URL(filePath: path.string), options: .atomic)
        } catch {
            throw CommandFailure(.cannotCreate, "cannot write \(path): \(error.localizedDescription)")
        }
    }
}
