import Foundation
import SystemPackage
import TestSupport

/// A pipeline of the course's shape in words of its own, and the repository that it ships: another branch than the
/// default one, with a submodule, behind an ssh server.
struct CourseVariant {
    let server: SSHServer
    private let repository: SampleRepository
    private let theme: SampleRepository
    /// What is at the tip of the branch, and what its submodule is at.
    let commit: String
    let themeCommit: String

    static let branch = "release/2"
    var short: String { String(commit.prefix(7)) }

    init() throws {
        // The course's own kind of key.
        server = try SSHServer(hostKey: .rsa, clientKey: .rsa)
        theme = try SampleRepository("theme")
        let pinned = try theme.commit(["style.txt": .text("a theme\n")])
        try theme.commit(["style.txt": .text("a newer theme\n")])
        themeCommit = pinned

        repository = try SampleRepository("shop")
        try repository.commit(["README.md": .text("Nothing to build here.\n")])
        try repository.git("checkout", "-q", "-b", Self.branch)
        try repository.commit([
            "web/Dockerfile": .text(Self.dockerfile("grep -qx 'a theme' /srv/theme/style.txt")),
            "web/page.txt": .text("a page\n"),
            "api/Dockerfile": .text(Self.dockerfile("sh /srv/answer.sh | grep -qx 'an answer'")),
            "api/answer.sh": .program("echo an answer\n"),
            ".gitmodules": .text("[submodule \"theme\"]\n\tpath = web/theme\n\turl = ../theme.git\n"),
        ])
        try repository.git("update-index", "--add", "--cacheinfo", "160000,\(pinned),web/theme")
        try repository.git("commit", "-q", "-m", "Add the theme", date: "1600000100 +0000")
        commit = try repository.git("rev-parse", "HEAD")
        try repository.git("symbolic-ref", "HEAD", "refs/heads/main")
        // A submodule's address that begins with two dots means a repository beside this one.
        let copy = repository.folder.appending("theme.git")
        try SampleRepository.git(["clone", "-q", "--bare", theme.path.string, copy.string])
    }

    private static func dockerfile(_ check: String) -> String {
        """
        ARG BASE
        FROM $BASE
        COPY . /srv
        RUN \(check)
        CMD ["ls", "/srv"]

        """
    }

    /// An alias, which only the Secret's configuration leads anywhere.
    var url: String { "code.example:\(repository.path)" }

    /// A configuration that insists on known hosts, which are those given, and the key that the server lets in.
    func secret(knownHosts: String) throws -> String {
        let configuration = """
            Host code.example
                HostName 127.0.0.1
                Port \(server.port)
                User \(server.user)
                IdentityFile ~/.ssh/id_rsa
                StrictHostKeyChecking yes

            """
        let files = [
            "id_rsa": try CloneManifests.key(for: server), "known_hosts": knownHosts, "config": configuration,
        ]
        return try CloneManifests.secret("deploy-key", files)
    }

    /// The Secret for a registry that is locked.
    static func registrySecret() throws -> String {
        let (user, password) = Registry.credential
        return try CloneManifests.secret("image-store", ["user": user, "word": password])
    }

    // MARK: - Manifests

    static let tasks = """
        apiVersion: tekton.dev/v1beta1
        kind: Task
        metadata: {name: bring-sources}
        spec:
          workspaces: [{name: tree}, {name: dot-ssh, optional: true}]
          params:
            - name: address
            - {name: branch, default: main}
            - {name: folder, default: ""}
          results: [{name: sha}, {name: tag}, {name: address}]
          steps:
            - name: fetch
              image: none.example/git-init:1
              env:
                - {name: ADDRESS, value: $(params.address)}
                - {name: BRANCH, value: $(params.branch)}
                - {name: TREE, value: $(workspaces.tree.path)}
              script: |
                #!/usr/bin/env sh
                set -eu
                if [ "$(workspaces.dot-ssh.bound)" = "true" ]; then
                  cp -R "$(workspaces.dot-ssh.path)" "${HOME}"/.ssh
                  chmod 700 "${HOME}"/.ssh
                  chmod -R 400 "${HOME}"/.ssh/*
                fi
                TARGET="${TREE}/$(params.folder)"
                sweep() {
                  if [ -d "${TARGET}" ]; then
                    rm -rf "${TARGET:?}"/*
                    rm -rf "${TARGET}"/.[!.]*
                    rm -rf "${TARGET}"/..?*
                  fi
                }
                sweep
                /ko-app/git-init -url="${ADDRESS}" -revision="${BRANCH}" -path="${TARGET}"
                cd "${TARGET}"
                SHA="$(git rev-parse HEAD)"
                TAG="$(git rev-parse --short HEAD)"
                printf "%s" "${SHA}" > "$(results.sha.path)"
                printf "%s" "${TAG}" > "$(results.tag.path)"
                printf "%s" "${ADDRESS}" > "$(results.address.path)"
        ---
        apiVersion: tekton.dev/v1beta1
        kind: Task
        metadata: {name: make-image}
        spec:
          workspaces: [{name: tree}]
          params: [{name: image}, {name: part}, {name: store}]
          steps:
            - name: make
              image: \(Engine.clientImage)
              workingDir: $(workspaces.tree.path)/shop
              env:
                - name: STORE_USER
                  valueFrom: {secretKeyRef: {name: image-store, key: user}}
                - name: STORE_WORD
                  valueFrom: {secretKeyRef: {name: image-store, key: word}}
              script: |
                #!/bin/sh
                set -eu
                echo "$STORE_WORD" | docker login "$(params.store)" -u "$STORE_USER" --password-stdin
                docker build --build-arg BASE=\(Engine.image) -t "$(params.store)/$(params.image)" "$(params.part)"
                docker push "$(params.store)/$(params.image)"
              volumeMounts: [{name: engine, mountPath: /var/run/}]
          sidecars:
            - name: engine
              image: docker:dind
              securityContext: {privileged: true}
              volumeMounts: [{name: engine, mountPath: /var/run/}]
              readinessProbe:
                periodSeconds: 1
                exec: {command: [ls, /certs/client/ca.pem]}
          volumes: [{name: engine, emptyDir: {}}]
        """

    static let pipeline = """
        apiVersion: tekton.dev/v1beta1
        kind: Pipeline
        metadata: {name: ship-shop}
        spec:
          workspaces: [{name: tree}, {name: deploy-key, optional: true}]
          params: [{name: address}, {name: branch}, {name: store}]
          tasks:
            - name: sources
              taskRef: {name: bring-sources}
              workspaces: [{name: tree, workspace: tree}, {name: dot-ssh, workspace: deploy-key}]
              params:
                - {name: address, value: $(params.address)}
                - {name: branch, value: $(params.branch)}
                - {name: folder, value: shop}
            - name: web-image
              runAfter: [sources]
              taskRef: {name: make-image}
              workspaces: [{name: tree, workspace: tree}]
              params:
                - {name: image, value: "shop/web:$(tasks.sources.results.tag)"}
                - {name: part, value: web}
                - {name: store, value: $(params.store)}
            - name: api-image
              runAfter: [sources]
              taskRef: {name: make-image}
              workspaces: [{name: tree, workspace: tree}]
              params:
                - {name: image, value: "shop/api:$(tasks.sources.results.tag)"}
                - {name: part, value: api}
                - {name: store, value: $(params.store)}
          results:
            - {name: sha, value: $(tasks.sources.results.sha)}
            - {name: address, value: $(tasks.sources.results.address)}
        ---
        apiVersion: tekton.dev/v1beta1
        kind: PipelineRun
        metadata: {generateName: ship-shop-}
        spec:
          pipelineRef: {name: ship-shop}
          workspaces:
            - {name: tree, persistentVolumeClaim: {claimName: trees}}
            - {name: deploy-key, secret: {secretName: deploy-key}}
        """
}
