import Git
import Testing

@testable import Pods

/// What counts as a clone Task, and what of it is understood.
struct CloneRecognitionTests {
    @Test func `a Task that means the same is carried out with all that it asks for`() throws {
        let request = try CloneFixture.request(params: [
            "address": "https://git.example/other.git", "version": "v2", "folder": "a//b/.", "history": "3",
            "submodules": "F", "checksCertificates": "false", "emptiesFirst": "no", "isLoud": "false",
        ])
        #expect(request.url == RemoteURL("https://git.example/other.git"))
        #expect(request.revision == "v2")
        #expect(request.depth == 3)
        #expect(!request.includesSubmodules)
        #expect(!request.verifiesCertificates)
        #expect(request.workspace == "sources")
        #expect(request.mountPath == "/workspace/sources")
        #expect(request.subdirectory == ["a", "b"])
        #expect(request.checkoutPath == "/workspace/sources/a//b/.")
        #expect(!request.deletesExisting)
        #expect(!request.isVerbose)
        #expect(request.user == 1234)
        #expect(request.group == 5678)
        #expect(
            request.results == [
                .init(name: "sha", value: .commit, endsLine: false),
                .init(name: "short", value: .commitShort, endsLine: false),
                .init(name: "when", value: .committerDate, endsLine: true),
                .init(name: "from", value: .text("https://git.example/other.git"), endsLine: false),
            ]
        )
    }

    @Test func `params that are left to their defaults hinder nothing`() throws {
        let request = try CloneFixture.request()
        #expect(request.depth == 1)
        #expect(request.includesSubmodules)
        #expect(request.verifiesCertificates)
        #expect(request.deletesExisting)
        #expect(request.isVerbose)
        #expect(request.revision == "")
        #expect(request.subdirectory == [])
        #expect(request.notices == [])
    }

    @Test func `a repository of this machine is worth a notice`() throws {
        let request = try CloneFixture.request(params: ["address": "file:///srv/sources.git"])
        #expect(request.notices == ["the repository /srv/sources.git is read from this machine, as no container would"])
    }

    /// The Task with a piece changed; `↵` stands for a line break in the script.
    private func task(_ old: String, _ new: String) throws -> String {
        let lines = [old, new].map { $0.replacing("↵", with: "\n        ") }
        try #require(CloneFixture.task.contains(lines[0]))
        return CloneFixture.task.replacing(lines[0], with: lines[1])
    }

    @Test(arguments: [
        ("set -e  # stop at the first mistake", "set -euo pipefail"),
        ("#!/bin/sh", "#!/usr/bin/env bash"),
        ("#!/bin/sh↵set -e  # stop at the first mistake↵", ""),
        ("↵  sweep↵", "↵  sweep || true↵"),
        ("git-init ", "/opt/bin/git-init "),
        ("if [ \"$(params.isLoud)\" = \"true\" ]; then", "if [[ \"$(params.isLoud)\" == 'true' ]]↵then"),
        ("$ADDRESS\" -revision", "${ADDRESS}\" -revision"),
        ("$ADDRESS\" -revision", "$(params.address)\" -revision"),
        ("$(params.isLoud)", "$(inputs.params.isLoud)"),
        ("$(params.isLoud)", "$(params[\"isLoud\"])"),
        ("cd \"$TARGET\"", "cd \"${TARGET:?}\""),
        ("TARGET=", "git config --global --add safe.directory '*'↵TARGET="),
        ("SHA=", "# What was it?↵↵SHA="),
        (" > $(results.short.path)", " > /tekton/results/short"),
        ("printf \"%s\" \"$SHA\"", "EXIT=\"$?\"↵if [ \"$EXIT\" != 0 ]; then↵exit \"$EXIT\"; fi↵printf \"%s\" \"$SHA\""),
        ("echo -n \"$ADDRESS\"", "printf '%s' \"${ADDRESS}\""),
    ])
    func `another spelling of the same is the same`(old: String, new: String) throws {
        #expect(try CloneFixture.request(task: task(old, new)) == CloneFixture.request())
    }

    @Test(arguments: [
        ("cd \"$TARGET\"", "cd \"$TARGET\"↵git lfs pull", "its script does more than clone: git lfs pull"),
        ("cd \"$TARGET\"", "cd \"$TARGET\" && make", "its script does more than clone: cd … && make"),
        ("cd \"$TARGET\"", "cd /", "its script does more than clone: cd /"),
        (" -sslVerify=", " -userHome=", "its script does more than clone: git-init"),
        ("#!/bin/sh", "#!/usr/bin/python3", "its script is not one of the known forms"),
        ("set -e ", "set -u ", "its script is not one of the known forms"),
        ("rm -rf \"$TARGET\"/*", "rm -rf /*", "its script is not one of the known forms"),
        ("↵  sweep↵", "↵  sweep; curl http://evil.example↵", "its script is not one of the known forms"),
        ("printf \"%s\" \"$SHA\"", "printf \"%s\" \"$(date)\"", "its script uses date"),
        ("printf \"%s\" \"$SHA\"", "printf \"%s\" \"$OTHER\"", "its script uses $OTHER"),
        ("SHA=\"$(git rev-parse HEAD)\"", "SHA=\"$(git rev-parse HEAD~)\"", "its script does more than clone"),
        ("SHA=", "PATH=", "its script does more than clone"),
        ("cd \"$TARGET\"", "for i in 1 2; do cd \"$TARGET\"; done", "its script uses more of the shell"),
        ("    - name: fetch\n", "    - {name: first, image: x, script: 'true'}\n    - name: fetch\n", "it has 2 steps"),
        ("  steps:\n", "  sidecars: [{name: s, image: x}]\n  steps:\n", "it has a sidecar"),
        ("      script:", "      workingDir: /tmp\n      script:", "its step has workingDir"),
        ("      script:", "      onError: continue\n      script:", "its step has onError"),
        ("      script:", "      timeout: 1m\n      script:", "its step has timeout"),
        ("- {name: ROOM,", "- {name: GIT_DIR, value: /x}↵- {name: ROOM,", "its variable GIT_DIR changes what git"),
        ("- {name: ROOM,", "- {name: https_proxy, value: x}↵- {name: ROOM,", "its variable https_proxy changes"),
        ("results: [{name: sha}, ", "results: [", "it writes the result sha and does not declare it"),
    ])
    func `any other line, step or field leaves it to its own image`(old: String, new: String, reason: String) throws {
        let recognition = try CloneFixture.recognise(task: task(old, new))
        guard case .ownImage(let text) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        #expect(text.hasPrefix(reason))
    }

    @Test(arguments: [
        ("proxy", "http://proxy.example", "it asks for a proxy, which is not carried out yet"),
        ("history", "many", "its depth is 'many'"),
        ("history", "-1", "its depth is '-1'"),
        ("submodules", "perhaps", "its submodules is 'perhaps'"),
        ("folder", "../other", "its subdirectory '../other' leads out of the workspace"),
        ("version", "main:other", "its revision 'main:other' is a refspec, which is not carried out yet"),
        ("version", "--upload-pack=x", "its revision '--upload-pack=x' is a refspec"),
        ("address", "git@git.example:sources.git", "it clones over ssh, which is not carried out yet"),
        ("address", "s3://bucket/sources", "it clones over s3"),
        ("address", "sources", "its url is a path in the container"),
        ("address", "/workspace/sources/inner", "its url is a path in the container"),
        ("address", "", "its url is empty"),
        ("folder", "$(id)", "the shell would read '$(id)' as more than a value"),
    ])
    func `a value that is not carried out leaves it to its own image`(
        param: String,
        value: String,
        reason: String
    ) throws {
        let recognition = try CloneFixture.recognise(params: [param: value])
        guard case .ownImage(let text) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        #expect(text.hasPrefix(reason))
    }

    @Test(arguments: [
        ("[{name: sources, emptyDir: {}}, {name: login, secret: {secretName: s}}]", "its workspace login brings"),
        ("[{name: sources, emptyDir: {}}, {name: ca, secret: {secretName: s}}]", "its workspace ca brings"),
        ("[{name: sources, configMap: {name: c}}]", "its workspace sources cannot be written to"),
        (
            "[{name: sources, persistentVolumeClaim: {claimName: c, readOnly: true}}]",
            "its workspace sources cannot be written to"
        ),
    ])
    func `a workspace that needs the image leaves it to the image`(workspaces: String, reason: String) throws {
        let recognition = try CloneFixture.recognise(workspaces: workspaces)
        guard case .ownImage(let text) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        #expect(text.hasPrefix(reason))
    }

    @Test func `certificates are needed over https only`() throws {
        let workspaces = "[{name: sources, emptyDir: {}}, {name: ca, secret: {secretName: s}}]"
        let request = try CloneFixture.request(
            params: ["address": "http://git.example/sources.git"],
            workspaces: workspaces
        )
        #expect(request.url.transport == .http)
    }

    @Test func `a Pod template with name servers of its own leaves it to the image`() throws {
        let recognition = try CloneFixture.recognise(podTemplate: "{dnsPolicy: None}")
        #expect(recognition == .ownImage(reason: "its Pod template has dnsPolicy"))
    }

    @Test(arguments: ["echo git-init is not called", "git clone https://git.example/a.git", "# git-init", ""])
    func `a Task that calls no clone is none`(script: String) throws {
        let task = """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: fetch-sources}
            spec:
              params: [{name: address}]
              workspaces: [{name: sources}]
              steps: [{name: git-init, image: git-init, script: '\(script)'}]
            """
        #expect(try CloneFixture.recognise(task: task) == .notAClone)
    }

    @Test func `the Pod's user counts where the step names none`() throws {
        let task = CloneFixture.task.replacing("      securityContext: {runAsUser: 1234, runAsGroup: 5678}\n", with: "")
        let plan = try CloneFixture.plan(task: task, podTemplate: "{securityContext: {runAsUser: 7, runAsGroup: 8}}")
        guard case .carriedOut(let request) = CloneTask.recognise(plan) else {
            Issue.record("it is not carried out")
            return
        }
        #expect(request.user == 7)
        #expect(request.group == 8)
    }
}
