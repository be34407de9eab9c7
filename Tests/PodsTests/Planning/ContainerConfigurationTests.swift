import Docker
import Planning
import Testing

@testable import Pods

@Suite struct `The configuration of a container` {
    private func step(_ fields: String, image: PodImage = PodFixture.image, run: String = "") throws -> PlannedContainer
    {
        try PodFixture("steps: [{name: a, image: i, \(fields)}]", run: run).step(image: image)
    }

    @Test(arguments: [
        ("workingDir: /srv", "/srv"), ("workingDir: src/app", "/workspace/src/app"), ("args: []", nil),
    ])
    func `its working directory begins in the workspace, unless it is the image's`(_ row: (String, String?)) throws {
        #expect(try step(row.0).configuration.workingDir == row.1)
    }

    @Test(arguments: [
        ("args: []", nil), ("securityContext: {runAsUser: 5}", "5"),
        ("securityContext: {runAsUser: 5, runAsGroup: 6}", "5:6"), ("securityContext: {runAsGroup: 6}", "git:6"),
    ])
    func `its user is the step's, else the image's`(_ row: (String, String?)) throws {
        let image = PodImage(reference: "i", id: "1", command: ["sh"], user: "git:9")
        #expect(try step(row.0, image: image).configuration.user == row.1)
    }

    @Test func `its user is the Pod template's where it says nothing itself`() throws {
        let template = "podTemplate: {securityContext: {runAsUser: 7, fsGroup: 8, supplementalGroups: [9]}}"
        let fixture = try PodFixture(
            "steps: [{name: a, image: i}, {name: b, image: i, securityContext: {runAsUser: 1}}]",
            run: template
        )
        let steps = try fixture.pod().steps
        #expect(steps.map(\.configuration.user) == ["7", "1"])
        #expect(steps[0].configuration.host.groupAdd == ["8", "9"])
    }

    @Test(arguments: [
        ("", "", "image will run as root"), ("root", "", "image will run as root"),
        ("0:0", "", "image will run as root"),
        ("git", "", "image has non-numeric user (git)"), ("1000", "", nil), ("", "runAsUser: 3, ", nil),
        ("1000", "runAsUser: 0, ", "runAsUser breaks non-root policy"),
    ])
    func `may not be root's where it must not`(_ row: (user: String, context: String, refusal: String?)) throws {
        let fixture = try PodFixture(
            "steps: [{name: a, image: i, securityContext: {\(row.context)runAsNonRoot: true}}]"
        )
        let image = PodImage(reference: "i", id: "1", command: ["sh"], user: row.user)
        let refusal = fixture.refusal(image: image)
        #expect((refusal == nil) == (row.refusal == nil))
        if let words = row.refusal { #expect(refusal?.message.contains(words) == true) }
    }

    @Test func `its limits are the step's, as far as this machine has them`() throws {
        func host(_ limits: String) throws -> HostConfiguration {
            try step("computeResources: {limits: {\(limits)}}").configuration.host
        }
        #expect(try host("memory: 64Mi, cpu: 500m").memory == 64 << 20)
        #expect(try host("memory: 64Mi, cpu: 500m").nanoCPUs == 500_000_000)
        #expect(try host("memory: 1Ki").memory == 6 << 20)
        #expect(try host("cpu: 64").nanoCPUs == nil)
    }

    @Test func `its rights are the step's`() throws {
        let host = try step(
            "securityContext: {privileged: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, "
                + "capabilities: {add: [NET_ADMIN], drop: [ALL]}, seccompProfile: {type: Unconfined}}"
        ).configuration.host
        #expect(host.privileged && host.readonlyRootfs)
        #expect(host.capAdd == ["NET_ADMIN"] && host.capDrop == ["ALL"])
        #expect(host.securityOpt == ["seccomp=unconfined", "no-new-privileges"])
    }

    @Test func `a single container owns the network, several share a sandbox's`() throws {
        #expect(try !PodFixture("steps: [{name: a, image: i}]").pod().needsSandbox)
        #expect(try PodFixture("steps: [{name: a, image: i}, {name: b, image: i}]").pod().needsSandbox)
        let host = try PodFixture(
            "steps: [{name: a, image: i}, {name: b, image: i}]",
            run: "podTemplate: {hostNetwork: true}"
        ).pod()
        #expect(!host.needsSandbox && host.network.networkMode == .host)
    }
}
