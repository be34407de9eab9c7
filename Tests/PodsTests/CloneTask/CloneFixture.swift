import Foundation
import Manifests
import Planning
import Testing
import YAML

@testable import Pods

/// A clone Task in words of its own, and runs of it.
enum CloneFixture {
    /// The Task with a piece changed; `↵` stands for a line break in the script.
    static func changed(_ old: String, _ new: String) throws -> String {
        let lines = [old, new].map { $0.replacing("↵", with: "\n        ") }
        try #require(task.contains(lines[0]))
        return task.replacing(lines[0], with: lines[1])
    }

    /// The Task, in which a test changes pieces.
    static let task = """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: fetch-sources}
        spec:
          description: Brings sources into a workspace.
          workspaces:
            - name: sources
            - {name: login, optional: true}
            - {name: keys, optional: true}
            - {name: ca, optional: true}
          params:
            - name: address
            - {name: version, default: ""}
            - {name: folder, default: ""}
            - {name: history, default: "1"}
            - {name: submodules, default: "true"}
            - {name: checksCertificates, default: "true"}
            - {name: emptiesFirst, default: "true"}
            - {name: isLoud, default: "true"}
            - {name: proxy, default: ""}
            - {name: refs, default: ""}
            - {name: folders, default: ""}
            - {name: bundle, default: ca.crt}
          results: [{name: sha}, {name: short}, {name: when}, {name: from}]
          steps:
            - name: fetch
              image: registry.example/fetcher
              securityContext: {runAsUser: 1234, runAsGroup: 5678}
              env:
                - {name: HOME, value: /home/fetcher}
                - {name: HOME_FOLDER, value: /home/fetcher}
                - {name: ADDRESS, value: $(params.address)}
                - {name: VERSION, value: $(params.version)}
                - {name: REFS, value: $(params.refs)}
                - {name: FOLDERS, value: $(params.folders)}
                - {name: ROOM, value: $(workspaces.sources.path)}
                - {name: HAS_LOGIN, value: $(workspaces.login.bound)}
              script: |
                #!/bin/sh
                set -e  # stop at the first mistake
                if [ "$(params.isLoud)" = "true" ]; then
                  set -x
                fi
                if [ "${HAS_LOGIN}" = "true" ]; then
                  cp "$(workspaces.login.path)/.git-credentials" "${HOME}/.git-credentials"
                  cp "$(workspaces.login.path)/.gitconfig" "${HOME}/.gitconfig"
                fi
                if [ "$(workspaces.keys.bound)" = "true" ]; then
                  cp -R "$(workspaces.keys.path)" "${HOME}"/.ssh
                  chmod 700 "${HOME}"/.ssh
                  chmod -R 400 "${HOME}"/.ssh/*
                fi
                if [ "$(workspaces.ca.bound)" = "true" ]; then
                  export GIT_SSL_CAPATH="$(workspaces.ca.path)"
                  if [ "$(params.bundle)" != "" ]; then
                    export GIT_SSL_CAINFO="$(workspaces.ca.path)/$(params.bundle)"
                  fi
                fi
                TARGET="${ROOM}/$(params.folder)"
                sweep() {
                  if [ -d "$TARGET" ]; then
                    rm -rf "$TARGET"/*
                    rm -rf "$TARGET"/.[!.]*
                    rm -rf "$TARGET"/..?*
                  fi
                }
                if [ "$(params.emptiesFirst)" = 'true' ]; then
                  sweep
                fi
                test -z "$(params.proxy)" || export HTTPS_PROXY="$(params.proxy)"
                git-init -url "$ADDRESS" -revision="${VERSION}" -path "$TARGET" \\
                  -refspec="$REFS" -sparseCheckoutDirectories "$FOLDERS" \\
                  -depth=$(params.history) --submodules=$(params.submodules) -sslVerify="$(params.checksCertificates)"
                cd "$TARGET"
                SHA="$(git rev-parse HEAD)"
                printf "%s" "$SHA" > "$(results.sha.path)"
                git rev-parse --short HEAD | tr -d '\\n' > $(results.short.path)
                git log -1 --pretty=%ct > "$(results.when.path)"
                echo -n "$ADDRESS" > "$(results.from.path)"
        """

    /// The plan of a run, from the texts of its parts.
    static func plan(
        task: String = task,
        params: [String: String] = ["address": "https://git.example/sources.git"],
        workspaces: String = "[{name: sources, emptyDir: {}}]",
        podTemplate: String = "{}"
    ) throws -> TaskRunPlan {
        let values = params.sorted { $0.key < $1.key }.map { "{name: \($0.key), value: '\($0.value)'}" }
        let run = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: run}
            spec:
              taskRef: {name: fetch-sources}
              params: [\(values.joined(separator: ", "))]
              workspaces: \(workspaces)
              podTemplate: \(podTemplate)
            """
        var loader = ManifestLoader()
        try #require(loader.load(text: task, file: "task.yaml").isEmpty)
        try #require(loader.load(text: run, file: "run.yaml").isEmpty)
        let taskRun = try #require(loader.set.documents.first { $0.kind == "TaskRun" })
        return try TaskRunPlanner.plan(taskRun, task: nil, manifests: loader.set, retry: 0).get()
    }

    static func recognise(
        task: String = task,
        params: [String: String] = [:],
        workspaces: String = "[{name: sources, emptyDir: {}}]",
        podTemplate: String = "{}"
    ) throws -> CloneTask.Recognition {
        let all = ["address": "https://git.example/sources.git"].merging(params) { $1 }
        return CloneTask.recognise(
            try plan(task: task, params: all, workspaces: workspaces, podTemplate: podTemplate)
        )
    }

    /// The request of a run that must be carried out.
    static func request(
        task: String = task,
        params: [String: String] = [:],
        workspaces: String = "[{name: sources, emptyDir: {}}]"
    ) throws -> CloneTask.Request {
        let recognition = try recognise(task: task, params: params, workspaces: workspaces)
        guard case .carriedOut(let request) = recognition else { throw NotCarriedOut(recognition: recognition) }
        return request
    }

    struct NotCarriedOut: Error { var recognition: CloneTask.Recognition }
}
