import Docker
import Planning
import Testing

@testable import Pods

@Suite struct `The environment of a container` {
    private static let objects = """
        apiVersion: v1
        kind: Secret
        metadata: {name: login, namespace: shop}
        stringData: {user: ada, pass: s3cret}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {level: high}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: foreign, namespace: elsewhere}
        stringData: {user: eve}
        """

    private func fixture(_ fields: String, run: String = "") throws -> PodFixture {
        try PodFixture("steps:\n- name: a\n  image: i\n  \(fields)", run: run, others: Self.objects)
    }

    @Test func `takes values from Secrets, ConfigMaps and the Pod`() throws {
        let step = try fixture(
            """
            env:
              - {name: USER, valueFrom: {secretKeyRef: {name: login, key: user}}}
              - {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}
              - {name: WHERE, value: "$(USER)@$(LEVEL)"}
              - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
              - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
              - {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.memory, divisor: 1Mi}}}
              computeResources: {limits: {memory: 64Mi}}
            """
        ).step()
        let names = ["USER", "LEVEL", "WHERE", "POD", "APP", "MEMORY", "ASKED"]
        #expect(names.map { step.variable($0) } == ["ada", "high", "ada@high", "build-pod", "web", "64", "64"])
    }

    @Test func `tells what the machine has where nothing is limited`() throws {
        let step = try fixture(
            """
            env:
              - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
              - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Gi}}}
              - {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.cpu}}}
            """
        ).step()
        #expect(["CPU", "MEMORY", "ASKED"].map { step.variable($0) } == ["8", "16", "0"])
    }

    @Test func `takes all keys of an object, with a prefix, and lets env win`() throws {
        let step = try fixture(
            """
            envFrom: [{secretRef: {name: login}, prefix: DB_}, {configMapRef: {name: settings}}]
              env: [{name: DB_user, value: own}]
            """
        ).step()
        #expect(step.configuration.env.sorted() == ["DB_pass=s3cret", "DB_user=own", "level=high"])
    }

    @Test func `of a sidecar comes from the same places`() throws {
        let pod = try PodFixture(
            """
            steps: [{name: a, image: i}]
            sidecars:
            - name: s
              image: i
              imagePullPolicy: Always
              envFrom: [{configMapRef: {name: settings}}]
              env: [{name: USER, valueFrom: {secretKeyRef: {name: login, key: user}}}]
            """,
            others: Self.objects
        )
        #expect(try pod.pod().sidecars.first?.configuration.env == ["level=high", "USER=ada"])
        #expect(NeededImage.all(of: pod.taskRun).map(\.pullPolicy) == ["", "Always"])
    }

    @Test func `the Pod template's variables win`() throws {
        let step = try fixture("env: [{name: A, value: step}]", run: "podTemplate: {env: [{name: A, value: pod}]}")
            .step()
        #expect(step.configuration.env == ["A=pod"])
    }

    @Test(arguments: [
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: none, key: k}}}]", "secret \"none\" not found"),
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: foreign, key: user}}}]", "secret \"foreign\" not found"),
        (
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: k}}}]",
            "couldn't find key k in ConfigMap shop/settings"
        ),
        ("envFrom: [{configMapRef: {name: none}}]", "configmap \"none\" not found"),
    ])
    func `what is missing keeps the Pod from starting`(_ row: (fields: String, words: String)) throws {
        let refusal = try fixture(row.fields).refusal()
        #expect(refusal?.reason == "CreateContainerConfigError")
        #expect(refusal?.message.contains(row.words) == true)
    }

    @Test(arguments: [
        "env: [{name: A, valueFrom: {secretKeyRef: {name: none, key: k, optional: true}}}]",
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: k, optional: true}}}]",
        "envFrom: [{secretRef: {name: none, optional: true}}]",
    ])
    func `what may be missing is left out`(_ fields: String) throws {
        #expect(try fixture(fields).step().configuration.env == [])
    }
}
