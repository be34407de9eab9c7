import Planning
import Testing
import YAML

struct StepMergingTests {
    @Test func `a step takes from the template what it leaves out`() {
        let template: YAMLNode = [
            "imagePullPolicy": "Always", "envFrom": [["secretRef": ["name": "s"]]],
        ]
        let own: YAMLNode = ["imagePullPolicy": "Never", "envFrom": [["configMapRef": ["name": "c"]]]]
        let steps = StepMerging.steps([["name": "a"], own], template: template)
        #expect(steps.map { $0["imagePullPolicy"]?.string } == ["Always", "Never"])
        #expect(steps.map { $0["envFrom"] } == [template["envFrom"], own["envFrom"]])
    }
}
