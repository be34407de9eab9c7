import Docker
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The shared socket` {
    private static let address =
        "env: [{name: DOCKER_HOST, value: 'tcp://localhost:2376'}, "
        + "{name: DOCKER_TLS_VERIFY, value: '1'}, {name: DOCKER_CERT_PATH, value: /certs/client}, {name: KEPT, value: x}]"

    @Test(arguments: [
        "{name: d, image: 'docker:dind'}",
        "{name: d, image: 'docker.io/library/docker:20.10-dind-rootless'}",
        "{name: d, image: 'docker:24', securityContext: {privileged: true}}",
        "{name: d, image: 'mirror.example/dind'}",
        "{name: d, image: 'docker:dind', command: [dockerd], args: [--host=unix:///var/run/docker.sock]}",
        "{name: d, image: 'registry.example/engine', securityContext: {privileged: true}, "
            + "volumeMounts: [{name: run, mountPath: /var/run/}]}",
    ])
    func `replaces a sidecar that is a Docker daemon`(_ sidecar: String) throws {
        #expect(try pod(sidecar).sidecars.isEmpty)
    }

    @Test(arguments: [
        "{name: d, image: 'docker:24-cli', command: [sh]}",
        "{name: d, image: 'docker:dind', script: 'echo not a daemon'}",
        "{name: d, image: redis, volumeMounts: [{name: run, mountPath: /var/run}]}",
        "{name: d, image: redis, securityContext: {privileged: true}, volumeMounts: [{name: run, mountPath: /data}]}",
    ])
    func `is not given for a sidecar that is none`(_ sidecar: String) throws {
        let pod = try pod(sidecar)
        #expect(pod.sidecars.map(\.name) == ["d"])
        #expect(pod.steps[0].mounts.allSatisfy { $0.source != .engineSocket })
        #expect(pod.volumes["run"] == .emptyDirectory)
    }

    @Test func `lies in the volume that the daemon would put its socket in`() throws {
        let pod = try pod("{name: d, image: 'docker:dind', volumeMounts: [{name: run, mountPath: /var/run}]}")
        #expect(pod.volumes["run"] == .socketDirectory)
        #expect(pod.steps[0].mount(at: "/var/run")?.source == .volume("run", subPath: ""))
        #expect(pod.steps[0].mount(at: "/var/run/docker.sock")?.source == .engineSocket)
    }

    @Test(arguments: [
        "tcp://localhost:2375", "tcp://localhost:2376", "tcp://127.0.0.1:2376", "tcp://localhost:2375/",
        "localhost:2375",
    ])
    func `is where the daemon's port was, without TLS`(_ host: String) throws {
        let address = Self.address.replacing("tcp://localhost:2376", with: host)
        let step = try PodFixture(
            "steps: [{name: a, image: i, \(address)}]\nsidecars: [{name: d, image: 'docker:dind'}]"
        ).step()
        #expect(step.configuration.env == ["DOCKER_HOST=unix:///var/run/docker.sock", "KEPT=x"])
        #expect(step.mount(at: "/var/run/docker.sock")?.source == .engineSocket)
    }

    @Test(arguments: ["tcp://docker.example:2376", "tcp://localhost:1234", "ssh://localhost:2375"])
    func `does not take the place of another engine`(_ host: String) throws {
        let address = Self.address.replacing("tcp://localhost:2376", with: host)
        let step = try PodFixture(
            "steps: [{name: a, image: i, \(address)}]\nsidecars: [{name: d, image: 'docker:dind'}]"
        ).step()
        #expect(step.variable("DOCKER_HOST") == host)
        #expect(step.variable("DOCKER_TLS_VERIFY") == "1")
        #expect(step.mounts.allSatisfy { $0.source != .engineSocket })
    }

    @Test func `is nothing to a Task without a daemon`() throws {
        let step = try PodFixture("steps: [{name: a, image: 'docker:24', \(Self.address)}]").step()
        #expect(step.variable("DOCKER_HOST") == "tcp://localhost:2376")
        #expect(step.mounts.allSatisfy { $0.source != .engineSocket })
    }

    private func pod(_ sidecar: String) throws -> PodPlan {
        try PodFixture(
            """
            volumes: [{name: run, emptyDir: {}}]
            steps: [{name: a, image: i, volumeMounts: [{name: run, mountPath: /var/run}]}]
            sidecars: [\(sidecar)]
            """
        ).pod()
    }
}
