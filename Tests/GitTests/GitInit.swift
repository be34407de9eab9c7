import Foundation
import SystemPackage
import TestSupport

/// What Tekton's git-init does, with git itself.
///
/// [git-init](https://github.com/tektoncd-catalog/git-clone/tree/main/image/git-init)
struct GitInit {
    var url: String
    var revision = ""
    var depth = 1
    var refspec = ""
    var submodules = true
    var sparse = ""
    /// Since 1.3 a shallow clone keeps no refspec.
    var keepsFetchRefspec = true

    func run(in folder: FilePath) throws {
        func git(_ arguments: [String]) throws { try SampleRepository.git(["-C", folder.string] + arguments) }
        try SampleRepository.git(["init", "-q", "-b", "master", folder.string])
        if !sparse.isEmpty {
            try git(["config", "core.sparsecheckout", "true"])
            let text = sparse.split(separator: ",", omittingEmptySubsequences: false).map { $0 + "\n" }.joined()
            let path = folder.appending(".git/info/sparse-checkout").string
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
        try git(["remote", "add", "origin", url])
        var revision = revision
        if revision.isEmpty {
            revision = "HEAD"
            try git(["symbolic-ref", "HEAD", "refs/remotes/origin/HEAD"])
        }
        var fetch = ["fetch"]
        if submodules { fetch.append("--recurse-submodules=yes") }
        if depth > 0 {
            fetch.append("--depth=\(depth)")
            if !keepsFetchRefspec { try git(["config", "--unset", "remote.origin.fetch"]) }
        }
        fetch += ["origin", "--update-head-ok", "--force"]
        fetch += refspec.isEmpty ? [revision] : refspec.split(separator: " ").map { String($0) }
        try git(fetch)
        let checkedOut = refspec.isEmpty ? "FETCH_HEAD" : revision
        try git(["show", "-q", "--pretty=format:%H", checkedOut])
        try git(["checkout", "-f", checkedOut])
        if submodules {
            try git(["submodule", "update", "--recursive", "--init"] + (depth > 0 ? ["--depth=\(depth)"] : []))
        }
    }
}
