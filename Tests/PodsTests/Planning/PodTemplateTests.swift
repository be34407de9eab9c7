import Docker
import Planning
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The Pod template of a run` {
    private func pod(_ template: String, image: PodImage = PodFixture.image) throws -> PodPlan {
        try PodFixture("steps: [{name: a, image: i}]", run: "podTemplate: {\(template)}").pod(image: image)
    }

    @Test func `gives names to addresses`() throws {
        let network = try pod("hostAliases: [{ip: 10.0.0.1, hostnames: [a.test, b.test]}]").network
        #expect(network.extraHosts == ["a.test:10.0.0.1", "b.test:10.0.0.1"])
    }

    @Test func `says whom to ask for names`() throws {
        let network = try pod(
            "dnsConfig: {nameservers: [9.9.9.9], searches: [a.test], options: [{name: ndots, value: '2'}, {name: debug}]}"
        ).network
        #expect(network.dns == ["9.9.9.9"])
        #expect(network.dnsSearch == ["a.test"])
        #expect(network.dnsOptions == ["ndots:2", "debug"])
    }

    @Test func `sets what the kernel lets be set`() throws {
        let network = try pod("securityContext: {sysctls: [{name: net.core.somaxconn, value: '64'}]}").network
        #expect(network.sysctls == ["net.core.somaxconn": "64"])
    }

    @Test func `says who its containers are where they do not`() throws {
        let image = PodImage(reference: "i", id: "1", command: ["sh"], user: "5")
        let step = try #require(
            try pod("securityContext: {runAsGroup: 6, seccompProfile: {type: Unconfined}}", image: image).steps.first
        )
        #expect(step.configuration.user == "5:6")
        #expect(step.configuration.host.securityOpt == ["seccomp=unconfined"])
        let fixture = try PodFixture(
            "steps: [{name: a, image: i}]",
            run: "podTemplate: {securityContext: {runAsNonRoot: true}}"
        )
        #expect(fixture.refusal()?.message.contains("image will run as root") == true)
    }

    @Test func `brings volumes of its own`() throws {
        let pod = try PodFixture(
            "steps: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /v}]}]",
            run: "podTemplate: {volumes: [{name: v, hostPath: {path: /srv}}]}"
        ).pod()
        #expect(pod.volumes["v"] == .host(path: "/srv", type: ""))
    }
}
