import Planning
import Testing

@testable import Pods

@Suite struct `What is said before a run` {
    @Test(arguments: [
        ("steps: [{name: a, image: i}]", [] as [String]),
        (
            "steps: [{name: a, image: i, securityContext: {privileged: true}}]",
            ["step 'a' runs privileged: it can do anything on this machine"]
        ),
        (
            "steps: [{name: a, image: i}]\nsidecars: [{name: s, image: i, securityContext: {privileged: true}}]",
            ["sidecar 's' runs privileged: it can do anything on this machine"]
        ),
        (
            "steps: [{name: a, image: i}]\n"
                + "sidecars: [{name: s, image: 'docker:dind', securityContext: {privileged: true}}]",
            [
                "sidecar 's' is a Docker daemon and is not started: the steps use this machine's Docker engine instead"
            ]
        ),
        (
            "steps: [{name: a, image: i}]\nvolumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]",
            ["the steps get the socket of this machine's Docker engine, which they can do anything with"]
        ),
        (
            "steps: [{name: a, image: i}]\nvolumes: [{name: v, hostPath: {path: /etc/../srv}}]",
            ["the steps see /srv of this machine"]
        ),
    ])
    func `names what reaches beyond the containers`(_ row: (spec: String, notices: [String])) throws {
        #expect(PodNotices.of(try PodFixture(row.spec).taskRun, clonesWithImage: false) == row.notices)
    }
}
