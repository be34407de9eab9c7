import Foundation
import SystemPackage
import Testing

@testable import Docker

@Suite struct `An object for the engine` {
    private func read(_ object: JSONObject) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(object.bytes)) as? NSDictionary)
    }

    @Test func `is JSON, whatever its texts hold`() throws {
        let text = "a \"quoted\" \\ back\nslash / \t \u{0}\u{1f}\u{7f} é 🚢 \u{2028}"
        var object = JSONObject()
        object.add(text, text)
        object.add("list", [text, ""])
        #expect(try read(object) == [text: text, "list": [text, ""]])
    }

    @Test func `leaves out what the engine's default holds for`() throws {
        var object = JSONObject()
        object.add("text", nil as String?)
        object.add("number", nil as Int64?)
        object.add("switch", nil as Bool?)
        object.add("list", nil as [String]?)
        object.add("off", ifTrue: false)
        object.add("none", ifFilled: [String]())
        object.add("names", ifFilled: [String: String]())
        object.add("objects", ifFilled: [JSONObject]())
        #expect(object.bytes == Array("{}".utf8))
    }

    @Test func `keeps what is empty but said`() throws {
        var object = JSONObject()
        object.add("list", [])
        object.add("off", false)
        object.add("number", 0)
        object.add("object", JSONObject())
        #expect(String(decoding: object.bytes, as: UTF8.self) == #"{"list":[],"off":false,"number":0,"object":{}}"#)
    }

    @Test func `of a container says all that it is made of`() throws {
        var container = ContainerConfiguration(image: "busybox")
        container.command = []
        container.env = ["A=1", "B=\"2\""]
        container.labels = ["b": "2", "a": "1"]
        container.disablesHealthcheck = true
        container.stopTimeout = 3
        container.exposedPorts = ["80/tcp", "80/tcp"]
        container.host.memory = 1 << 40
        container.host.initProcess = false
        container.host.publishedPorts = [
            PublishedPort(containerPort: "80/tcp"), PublishedPort(containerPort: "80/tcp", hostPort: 8080),
        ]
        container.host.mounts = [
            .bind(source: "/a b", target: "/t", isReadOnly: true),
            .volume(name: nil, target: "/v", options: VolumeOptions(noCopy: true, labels: ["l": ""])),
            .tmpfs(target: "/m", sizeBytes: 65_536, mode: 0o1777),
        ]
        let expected: NSDictionary = [
            "Image": "busybox", "Cmd": [String](), "Env": ["A=1", "B=\"2\""], "Labels": ["a": "1", "b": "2"],
            "OpenStdin": false, "Tty": false, "StopTimeout": 3, "Healthcheck": ["Test": ["NONE"]],
            "ExposedPorts": ["80/tcp": [String: String]()],
            "HostConfig": [
                "NetworkMode": "bridge", "Memory": 1_099_511_627_776, "Init": false,
                "PortBindings": [
                    "80/tcp": [["HostIp": "127.0.0.1", "HostPort": ""], ["HostIp": "127.0.0.1", "HostPort": "8080"]]
                ],
                "Mounts": [
                    [
                        "Type": "bind", "Source": "/a b", "Target": "/t", "ReadOnly": true,
                        "BindOptions": ["Propagation": "rprivate"],
                    ],
                    ["Type": "volume", "Target": "/v", "VolumeOptions": ["NoCopy": true, "Labels": ["l": ""]]],
                    ["Type": "tmpfs", "Target": "/m", "TmpfsOptions": ["SizeBytes": 65_536, "Mode": 0o1777]],
                ],
            ],
        ]
        #expect(try read(container.json) == expected)
    }
}
