import Planning
import Testing

@testable import Pods

@Suite struct `The identity of a Pod` {
    @Test(arguments: [
        ("metadata.name", "build-pod"), ("metadata.namespace", "shop"), ("metadata.uid", "u-1"),
        ("metadata.labels['app']", "web"), ("metadata.labels['none']", ""), ("spec.nodeName", "laptop"),
        ("spec.serviceAccountName", "default"), ("status.podIP", PodIdentity.addressMark), ("spec.none", nil),
    ])
    func `answers for the fields that a Pod has`(_ row: (field: String, value: String?)) throws {
        let taskRun = try PodFixture("steps: [{name: a, image: i}]").taskRun
        let identity = PodIdentity(taskRun, retry: 0, uid: "u-1", nodeName: "laptop")
        #expect(identity.value(ofField: row.field) == row.value)
    }

    @Test func `a step that asks for the address waits for it`() throws {
        let pod = try PodFixture(
            "steps: [{name: a, image: i, env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]"
        ).pod()
        #expect(pod.needsSandbox)
        #expect(pod.steps[0].needsAddress)
    }
}
