extension Shapes {
    /// What steps, step templates and sidecars have in common.
    static let anyContainer: Shape = [
        "args": .strings, "command": .strings, "computeResources": .object(.resources), "env": .objects(.envVar),
        "envFrom": .objects(.envFromSource), "image": .string, "imagePullPolicy": .string,
        "securityContext": .object(.securityContext), "volumeDevices": .objects(.volumeDevice),
        "volumeMounts": .objects(.volumeMount), "workingDir": .string,
    ]

    /// What only a container of Kubernetes has: sidecars, and in `v1beta1` every container.
    static let wholeContainer: Shape = [
        "lifecycle": .object(.lifecycle), "livenessProbe": .object(.probe), "name": .string,
        "ports": .objects(.containerPort), "readinessProbe": .object(.probe), "startupProbe": .object(.probe),
        "stdin": .boolean, "stdinOnce": .boolean, "terminationMessagePath": .string,
        "terminationMessagePolicy": .string, "tty": .boolean,
    ]

    static let containers: [ShapeName: Shape] = [
        .envVar: ["name": .string, "value": .string, "valueFrom": .object(.envVarSource)],
        .envVarSource: [
            "configMapKeyRef": .object(.configMapKeySelector), "fieldRef": .object(.objectFieldSelector),
            "fileKeyRef": .object(.fileKeySelector), "resourceFieldRef": .object(.resourceFieldSelector),
            "secretKeyRef": .object(.secretKeySelector),
        ],
        .configMapKeySelector: ["key": .string, "name": .string, "optional": .boolean],
        .secretKeySelector: ["key": .string, "name": .string, "optional": .boolean],
        .objectFieldSelector: ["apiVersion": .string, "fieldPath": .string],
        .resourceFieldSelector: ["containerName": .string, "divisor": .quantity, "resource": .string],
        .fileKeySelector: ["key": .string, "optional": .boolean, "path": .string, "volumeName": .string],
        .envFromSource: [
            "configMapRef": .object(.optionalReference), "prefix": .string, "secretRef": .object(.optionalReference),
        ],
        .optionalReference: ["name": .string, "optional": .boolean],
        .localObjectReference: ["name": .string],
        .containerPort: [
            "containerPort": .integer, "hostIP": .string, "hostPort": .integer, "name": .string, "protocol": .string,
        ],
        .resources: [
            "claims": .objects(.resourceClaim), "limits": .map(.quantity), "requests": .map(.quantity),
        ],
        .resourceClaim: ["name": .string, "request": .string],
        .volumeMount: [
            "mountPath": .string, "mountPropagation": .string, "name": .string, "readOnly": .boolean,
            "recursiveReadOnly": .string, "subPath": .string, "subPathExpr": .string,
        ],
        .volumeDevice: ["devicePath": .string, "name": .string],
    ]

    static let probes: [ShapeName: Shape] = [
        .lifecycle: [
            "postStart": .object(.lifecycleHandler), "preStop": .object(.lifecycleHandler), "stopSignal": .string,
        ],
        .lifecycleHandler: [
            "exec": .object(.execAction), "httpGet": .object(.httpGetAction), "sleep": .object(.sleepAction),
            "tcpSocket": .object(.tcpSocketAction),
        ],
        .execAction: ["command": .strings],
        .httpGetAction: [
            "host": .string, "httpHeaders": .objects(.httpHeader), "path": .string, "port": .integerOrString,
            "scheme": .string,
        ],
        .httpHeader: ["name": .string, "value": .string],
        .tcpSocketAction: ["host": .string, "port": .integerOrString],
        .grpcAction: ["port": .integer, "service": .string],
        .sleepAction: ["seconds": .integer],
        .probe: [
            "exec": .object(.execAction), "failureThreshold": .integer, "grpc": .object(.grpcAction),
            "httpGet": .object(.httpGetAction), "initialDelaySeconds": .integer, "periodSeconds": .integer,
            "successThreshold": .integer, "tcpSocket": .object(.tcpSocketAction),
            "terminationGracePeriodSeconds": .integer, "timeoutSeconds": .integer,
        ],
    ]

    static let security: [ShapeName: Shape] = [
        .securityContext: [
            "allowPrivilegeEscalation": .boolean, "appArmorProfile": .object(.securityProfile),
            "capabilities": .object(.capabilities), "privileged": .boolean, "procMount": .string,
            "readOnlyRootFilesystem": .boolean, "runAsGroup": .integer, "runAsNonRoot": .boolean,
            "runAsUser": .integer, "seLinuxOptions": .object(.seLinuxOptions),
            "seccompProfile": .object(.securityProfile), "windowsOptions": .object(.windowsOptions),
        ],
        .capabilities: ["add": .strings, "drop": .strings],
        .seLinuxOptions: ["level": .string, "role": .string, "type": .string, "user": .string],
        .securityProfile: ["localhostProfile": .string, "type": .string],
        .windowsOptions: [
            "gmsaCredentialSpec": .string, "gmsaCredentialSpecName": .string, "hostProcess": .boolean,
            "runAsUserName": .string,
        ],
    ]
}
