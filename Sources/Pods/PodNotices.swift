import Manifests
package import Planning
import SystemPackage

/// What of a TaskRun is worth knowing before it starts: what reaches beyond its containers, and what is done
/// differently from a cluster.
package enum PodNotices {
    /// The notices, a sentence each, in the order of the Task's containers.
    ///
    /// With `clonesWithImage`, clone Tasks run in their own image by the user's wish.
    package static func of(_ plan: TaskRunPlan, clonesWithImage: Bool) -> [String] {
        var notices: [String] = []
        if !clonesWithImage {
            switch CloneTask.recognise(plan) {
            case .carriedOut(let request):
                return ["drydock clones the repository itself, without the step's image"] + request.notices
            case .ownImage(let reason):
                notices.append("the clone runs in its own image: \(reason)")
            case .notAClone: break
            }
        }
        let socket = SharedSocket(plan.spec)
        for (index, sidecar) in plan.spec.sidecars.enumerated() {
            if socket.replacedSidecars.contains(index) {
                notices.append(
                    "sidecar '\(sidecar.name)' is a Docker daemon and is not started: "
                        + "the steps use this machine's Docker engine instead"
                )
            } else if sidecar.container.securityContext.isPrivileged {
                notices.append("sidecar '\(sidecar.name)' runs privileged: it can do anything on this machine")
            }
        }
        for step in plan.spec.steps where step.container.securityContext.isPrivileged {
            notices.append("step '\(step.name)' runs privileged: it can do anything on this machine")
        }
        notices += hostPathNotices(of: plan)
        return notices
    }

    private static func hostPathNotices(of plan: TaskRunPlan) -> [String] {
        let volumes = PodTemplate(plan.podTemplate).volumes + plan.spec.volumes
        let sources = volumes.map(\.source) + plan.workspaces.map(\.source)
        let paths = sources.compactMap { source -> FilePath? in
            guard case .hostPath(let path, _) = source else { return nil }
            return FilePath(path).lexicallyNormalized()
        }
        return paths.map { path in
            SharedSocket.isSocket(path)
                ? "the steps get the socket of this machine's Docker engine, which they can do anything with"
                : "the steps see \(path) of this machine"
        }
    }
}
