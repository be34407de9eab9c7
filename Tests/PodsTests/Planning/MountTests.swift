import Planning
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The mounts of a step` {
    @Test(arguments: ["/workspace", "/tekton/home", "/tekton/home/"])
    func `the Task's own win over those that every step has`(_ place: String) throws {
        let step = try PodFixture(
            """
            volumes: [{name: v, emptyDir: {}}]
            steps: [{name: a, image: i, volumeMounts: [{name: v, mountPath: \(place), subPath: d}]}]
            """
        ).step()
        let target = FilePath(place).lexicallyNormalized()
        #expect(step.mounts.filter { $0.target == target }.map(\.source) == [.volume("v", subPath: "d")])
    }

    @Test func `hold the workspaces that are bound, where the Task says`() throws {
        let fixture = try PodFixture(
            """
            workspaces: [{name: src}, {name: out, mountPath: /out, readOnly: true}, {name: none, optional: true}]
            steps: [{name: a, image: i}]
            """,
            run:
                "workspaces: [{name: src, emptyDir: {}, subPath: a/b}, {name: out, persistentVolumeClaim: {claimName: c}}]"
        )
        let step = try fixture.step()
        guard case .volume(let name, let subPath)? = step.mount(at: "/workspace/src")?.source else {
            Issue.record("the workspace is not mounted")
            return
        }
        #expect(subPath == "a/b")
        #expect(try fixture.pod().volumes[name] == .emptyDirectory)
        #expect(step.mount(at: "/out")?.isReadOnly == true)
        #expect(step.mount(at: "/workspace/none") == nil)
    }

    @Test func `hold a workspace alone where only some containers ask for it`() throws {
        let pod = try PodFixture(
            """
            workspaces: [{name: key}, {name: src}]
            steps:
            - {name: a, image: i, workspaces: [{name: key, mountPath: /key}]}
            - {name: b, image: i}
            sidecars: [{name: s, image: i}]
            """,
            run: "workspaces: [{name: key, emptyDir: {}}, {name: src, emptyDir: {}}]"
        ).pod()
        let targets = (pod.steps + pod.sidecars).map { container in
            Set(container.mounts.map(\.target)).intersection(["/key", "/workspace/key", "/workspace/src"])
        }
        #expect(targets == [["/key", "/workspace/src"], ["/workspace/src"], ["/workspace/src"]])
    }

    @Test(arguments: ["volumes", "workspaces"])
    func `of a claim that is bound read-only cannot be written`(_ way: String) throws {
        let claim = "persistentVolumeClaim: {claimName: c, readOnly: true}"
        let fixture =
            way == "volumes"
            ? try PodFixture(
                """
                volumes: [{name: v, \(claim)}]
                steps: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /workspace/v}]}]
                """
            )
            : try PodFixture(
                "workspaces: [{name: v}]\nsteps: [{name: a, image: i}]",
                run: "workspaces: [{name: v, \(claim)}]"
            )
        #expect(try fixture.pod().volumes.values.map(\.isReadOnly) == [true])
    }

    @Test func `that are read-only cannot be written`() throws {
        let step = try PodFixture(
            """
            volumes: [{name: v, emptyDir: {}}]
            steps: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /r, readOnly: true}, {name: v, mountPath: /w}]}]
            """
        ).step()
        #expect(step.mount(at: "/r")?.isReadOnly == true)
        #expect(step.mount(at: "/w")?.isReadOnly == false)
    }

    @Test func `of a volume that is not there are refused`() throws {
        let fixture = try PodFixture("steps: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /v}]}]")
        #expect(fixture.refusal()?.reason == "PodCreationFailed")
    }

    @Test func `a claim template is the run's and the namespace's own`() throws {
        let workspaces = "workspaces: [{name: w, volumeClaimTemplate: {metadata: {name: t}}}]"
        let fixture = try PodFixture("workspaces: [{name: w}]\nsteps: [{name: a, image: i}]", run: workspaces)
        let claim = try #require(fixture.taskRun.temporaryClaims.first)
        #expect(claim.hasPrefix("t-"))
        #expect(Array(try fixture.pod().volumes.values) == [.template("shop/\(claim)")])
    }
}
