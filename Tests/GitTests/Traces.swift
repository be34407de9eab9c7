import Foundation
import SystemPackage
import TestSupport

/// What a later step sees of a clone: what git answers, and the files.
struct Traces {
    let folder: FilePath

    private func git(_ arguments: [String], in path: String = ".") -> String {
        do {
            return try SampleRepository.git(["-C", folder.appending(path).string] + arguments)
        } catch let failure as SampleRepository.Failure {
            return "failed: \(failure.output)"
        } catch {
            return "\(error)"
        }
    }

    /// Everything, under the question that was asked.
    func all() throws -> [String: String] {
        var answers = ask(in: ".")
        let submodules = git(["submodule", "foreach", "--quiet", "--recursive", "echo $displaypath"])
        answers["submodules"] = submodules
        answers["submodule status"] = git(["submodule", "status", "--recursive"])
        for path in submodules.split(separator: "\n") {
            for (question, answer) in ask(in: String(path)) { answers["\(path): \(question)"] = answer }
            let link = folder.appending("\(path)/.git").string
            answers["\(path): .git"] = try String(contentsOfFile: link, encoding: .utf8)
        }
        answers["files"] = try files()
        return answers
    }

    private func ask(in path: String) -> [String: String] {
        let questions = [
            ["log", "--format=%H %P %D %s"], ["log", "--all", "--format=%H %D"], ["status"],
            ["status", "--porcelain", "-b"], ["fsck", "--full"], ["rev-parse", "--is-shallow-repository"],
            ["rev-parse", "--short", "HEAD"], ["branch", "-a", "-vv"], ["tag"], ["for-each-ref"],
            ["config", "--list", "--local"], ["ls-files", "-s", "-t"], ["describe", "--always"],
            ["describe", "--all"], ["reflog", "--format=%H %gs"], ["reflog", "--all", "--format=%gD %H %gs"],
            ["sparse-checkout", "list"], ["rev-list", "--objects", "--all", "HEAD"],
        ]
        var answers: [String: String] = [:]
        for question in questions { answers[question.joined(separator: " ")] = git(question, in: path) }
        answers["config --list --local"] = sorted(answers["config --list --local"])
        answers["reflog --all --format=%gD %H %gs"] = sorted(answers["reflog --all --format=%gD %H %gs"])
        let folder = git(["rev-parse", "--absolute-git-dir"], in: path)
        for file in ["FETCH_HEAD", "HEAD", "shallow", "info/sparse-checkout"] {
            let text = FileManager.default.contents(atPath: "\(folder)/\(file)")
            answers[file] = text.map { String(decoding: $0, as: UTF8.self) } ?? "none"
        }
        let objects = git(["cat-file", "--batch-all-objects", "--batch-check"], in: path)
        answers["objects"] = objects
        return answers
    }

    private func sorted(_ text: String?) -> String {
        (text ?? "").split(separator: "\n").sorted().joined(separator: "\n")
    }

    /// The files of the working trees with their modes, one a line.
    private func files() throws -> String {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.string)
        return try names.filter { !$0.split(separator: "/").contains(".git") }.sorted().map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(name).string)
            let mode = String(attributes[.posixPermissions] as? Int ?? 0, radix: 8)
            let type = attributes[.type] as? FileAttributeType ?? .typeUnknown
            return "\(type.rawValue) \(type == .typeRegular ? mode : "") \(name)"
        }.joined(separator: "\n")
    }
}
