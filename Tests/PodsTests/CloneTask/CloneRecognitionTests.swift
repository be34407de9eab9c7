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
        #expect(request.refspec == "")
        #expect(request.sparsePaths == [])
        #expect(request.home == [])
        #expect(request.homePath == "/home/fetcher")
        #expect(request.proxies == RemoteAccess.Proxies())
    }

    @Test func `a repository of this machine is worth a notice`() throws {
        let request = try CloneFixture.request(params: ["address": "file:///srv/sources.git"])
        #expect(request.notices == ["the repository /srv/sources.git is read from this machine, as no container would"])
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
        ("SHA=\"$(git rev-parse HEAD)\"↵printf \"%s\" \"$SHA\"", "printf \"%s\" \"$(git rev-parse HEAD)\""),
        ("TARGET=", "mkdir -p \"$HOME_FOLDER\" || true↵TARGET="),
        ("cd \"$TARGET\"", "if [ \"$VERSION\" != \"\" ]; then↵git lfs pull; elif [ a = b ]; then x; fi↵cd \"$TARGET\""),
        ("TARGET=", "if [ -n \"$VERSION\" ]; then git lfs install↵else TARGET=/tmp; fi↵TARGET="),
        ("TARGET=", "[ -z \"$VERSION\" ] || curl http://git.example↵TARGET="),
        ("test -z \"$(params.proxy)\" || export", "[ \"$(params.proxy)\" = \"\" ] || export"),
        (" -depth=", " -userFriendlyErrors -submodulePaths=\"\" -depth="),
    ])
    func `another spelling of the same is the same`(old: String, new: String) throws {
        #expect(try CloneFixture.request(task: CloneFixture.changed(old, new)) == CloneFixture.request())
    }

    @Test(arguments: [
        ("cd \"$TARGET\"", "cd \"$TARGET\"↵git lfs pull", "its script does more than clone: git lfs pull"),
        ("cd \"$TARGET\"", "cd \"$TARGET\" && make", "its script does more than clone: cd … && make"),
        ("cd \"$TARGET\"", "cd /", "its script does more than clone: cd /"),
        (" -sslVerify=", " -userHome=", "its script does more than clone: git-init"),
        ("#!/bin/sh", "#!/usr/bin/python3", "its script is not one of the known forms"),
        ("set -e ", "set -u ", "its script is not one of the known forms"),
        ("rm -rf \"$TARGET\"/*", "rm -rf /*", "its script removes other files"),
        ("rm -rf \"$TARGET\"/*", "rm -rf \"$ROOM\"", "its script does more than clone: rm -rf …"),
        ("    rm -rf \"$TARGET\"/..?*\n", "", "its script removes other files"),
        ("rm -rf \"$TARGET\"/*", "make clean", "its script does more than clone: make clean"),
        ("↵  sweep↵", "↵  sweep; curl http://evil.example↵", "its script does more than clone: curl http://evil"),
        ("↵  sweep↵", "↵  sweep || exit 3↵", "its script does more than clone: sweep || exit 3"),
        ("TARGET=", "mkdir -p \"$ROOM/other\"↵TARGET=", "its script makes other directories"),
        ("TARGET=", "cp /etc/passwd \"${HOME}/passwd\"↵TARGET=", "its script does more than clone: cp /etc/passwd …"),
        ("TARGET=", "export GIT_SSH_COMMAND=ssh↵TARGET=", "its script does more than clone: export GIT_SSH_COMMAND"),
        ("TARGET=", "export GIT_SSL_CAINFO=/etc/ca.pem↵TARGET=", "its certificates are in /etc/ca.pem"),
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
        ("value: /home/fetcher", "value: /workspace/sources/home", "its home lies in its workspace sources"),
        ("results: [{name: sha}, ", "results: [", "it writes the result sha and does not declare it"),
    ])
    func `any other line, step or field leaves it to its own image`(old: String, new: String, reason: String) throws {
        let recognition = try CloneFixture.recognise(task: CloneFixture.changed(old, new))
        guard case .ownImage(let text) = recognition else {
            Issue.record("\(recognition)")
            return
        }
        #expect(text.hasPrefix(reason))
    }

    @Test(arguments: ["", "://git.example/sources", "https://git example/sources"])
    func `what is no address is carried out, so that it is said`(address: String) throws {
        let request = try CloneFixture.request(params: ["address": address])
        #expect(request.url.problem != nil)
        #expect(request.notices.isEmpty)
    }

    @Test(arguments: [
        ("history", "many", "its depth is 'many'"),
        ("history", "-1", "its depth is '-1'"),
        ("submodules", "perhaps", "its submodules is 'perhaps'"),
        ("folder", "../other", "its subdirectory '../other' leads out of the workspace"),
        ("version", "main:other", "its revision 'main:other' is a refspec"),
        ("version", "--upload-pack=x", "its revision '--upload-pack=x' is a refspec"),
        ("refs", "main  next", "its refspec is 'main  next'"),
        ("refs", "--upload-pack=x", "its refspec is '--upload-pack=x'"),
        ("address", "s3://bucket/sources", "it clones over s3"),
        ("address", "sources", "its url is a path in the container"),
        ("address", "/workspace/sources/inner", "its url is a path in the container"),
        ("folder", "$(id)", "the shell would read '/workspace/sources/$(id)' as more than a value"),
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

    @Test func `a proxy in the spelling that git does not read is worth a notice`() throws {
        let changed = try CloneFixture.changed("export HTTPS_PROXY", "export HTTP_PROXY")
        let params = ["proxy": "http://proxy.example:3128", "address": "http://git.example/a.git"]
        let request = try CloneFixture.request(task: changed, params: params)
        #expect(request.notices == ["its HTTP_PROXY is not used: git reads http_proxy only, here as in its image"])
    }

    @Test func `refspecs and the patterns of a sparse checkout are separated as git-init does`() throws {
        let request = try CloneFixture.request(params: [
            "refs": "+refs/heads/*:refs/remotes/origin/* refs/pull/1/head", "folders": "/docs/,!/docs/old,",
        ])
        #expect(request.refspec == "+refs/heads/*:refs/remotes/origin/* refs/pull/1/head")
        #expect(request.sparsePaths == ["/docs/", "!/docs/old", ""])
    }

    @Test func `flags end at the first argument that is none, as Go reads them`() throws {
        let changed = try CloneFixture.changed("-sslVerify=\"", "-sslVerify \"").replacing(
            "-depth=$(params.history) --submodules=$(params.submodules) -sslVerify \"$(params.checksCertificates)\"",
            with: "-sslVerify \"$(params.checksCertificates)\" -submodules=false -depth 7"
        )
        let request = try CloneFixture.request(task: changed, params: ["checksCertificates": "false"])
        #expect(request.verifiesCertificates)
        #expect(request.includesSubmodules)
        #expect(request.depth == 1)
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
