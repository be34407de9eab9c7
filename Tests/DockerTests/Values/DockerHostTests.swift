import Crypto
import Docker
import Foundation
import SystemPackage
import Testing

struct DockerHostTests {
    static let home: FilePath = "/home/ada"

    /// The places for an environment and files.
    static func candidates(_ environment: [String: String], files: [String: String] = [:]) -> [DockerHost] {
        DockerHost.candidates(environment: environment, home: home, userID: 1000) { path in
            files[path.string].map { Array($0.utf8) }
        }
    }

    /// Where a context by a name is described.
    static func contextFile(_ name: String, in folder: String = "/home/ada/.docker") -> String {
        let digest = SHA256.hash(data: Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
        return "\(folder)/contexts/meta/\(digest)/meta.json"
    }

    static func context(_ host: String) -> String {
        #"{"Name":"any","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)","SkipTLSVerify":false}}}"#
    }

    @Test(
        arguments: [
            ("unix:///run/x.sock", .unix("/run/x.sock")),
            ("tcp://localhost", .tcp(host: "localhost", port: 2375)),
            ("tcp://10.0.0.1:1234", .tcp(host: "10.0.0.1", port: 1234)),
            ("tcp://10.0.0.1:1234/", .tcp(host: "10.0.0.1", port: 1234)),
            ("http://engine", .tcp(host: "engine", port: 2375)),
            ("tcp://[::1]:99", .tcp(host: "::1", port: 99)),
            ("tcp://[::1]", .tcp(host: "::1", port: 2375)),
            ("https://engine", .https(host: "engine", port: 2376)),
        ] as [(String, DockerHost.Address)]
    )
    func `an address is read`(text: String, address: DockerHost.Address) {
        #expect(DockerHost.Address(parsing: text) == address)
    }

    @Test(arguments: [
        (
            "ssh://ada@engine",
            """
            ssh:// is not supported; forward the socket with \
            ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ada@engine and use unix:///tmp/docker.sock
            """
        ),
        ("npipe:////./pipe/docker", "named pipes of Windows are not supported; use WSL and its unix:// socket"),
        ("fd://3", "fd:// is not known; use unix:// or tcp://"),
        ("/var/run/docker.sock", "it must begin with unix:// or tcp://"),
        ("unix://docker.sock", "unix:// is followed by an absolute path"),
        ("tcp://:2375", "it names no machine"),
        ("tcp://engine:http", "its port is no number from 1 to 65535"),
        ("tcp://engine:0", "its port is no number from 1 to 65535"),
        ("tcp://engine:65536", "its port is no number from 1 to 65535"),
    ])
    func `an address that cannot be used says what can`(text: String, why: String) {
        #expect(DockerHost.Address(parsing: text) == .unsupported(text, why: why))
    }

    @Test func `client certificates are refused with what to do`() throws {
        let environment = ["DOCKER_TLS_VERIFY": "1", "DOCKER_HOST": "tcp://engine:2376"]
        let host = try #require(Self.candidates(environment).first)
        #expect(
            host.address
                == .unsupported(
                    "tcp://engine:2376",
                    why: "client certificates (DOCKER_TLS_VERIFY) are not supported; use a socket of this machine"
                )
        )
    }

    @Test func `DOCKER_HOST is the only place when it is set`() {
        let found = Self.candidates(
            ["DOCKER_HOST": "unix:///run/mine.sock", "DOCKER_CONTEXT": "colima"],
            files: [Self.contextFile("colima"): Self.context("unix:///run/colima.sock")]
        )
        #expect(found == [DockerHost(.unix("/run/mine.sock"), because: .environment)])
        #expect(found.first?.description == "unix:///run/mine.sock (from DOCKER_HOST)")
    }

    @Test(
        arguments: [
            (["DOCKER_CONTEXT": ""], "current"),
            (["DOCKER_CONTEXT": "asked"], "asked"),
            (["DOCKER_HOST": "", "DOCKER_CONTEXT": "asked"], "asked"),
            ([:], "current"),
        ] as [([String: String], String)]
    )
    func `without it the chosen context is the only place`(environment: [String: String], name: String) {
        let found = Self.candidates(
            environment,
            files: [
                "/home/ada/.docker/config.json": #"{"currentContext":"current"}"#,
                Self.contextFile("asked"): Self.context("unix:///run/asked.sock"),
                Self.contextFile("current"): Self.context("unix:///run/current.sock"),
            ]
        )
        #expect(found == [DockerHost(.unix(FilePath("/run/\(name).sock")), because: .context(name))])
        #expect(found.first?.description == "unix:///run/\(name).sock (from the Docker context '\(name)')")
    }

    @Test func `contexts lie where DOCKER_CONFIG says`() {
        let found = Self.candidates(
            ["DOCKER_CONFIG": "/etc/mine"],
            files: [
                "/etc/mine/config.json": #"{"currentContext":"a"}"#,
                Self.contextFile("a", in: "/etc/mine"): Self.context("tcp://a:1"),
            ]
        )
        #expect(found == [DockerHost(.tcp(host: "a", port: 1), because: .context("a"))])
    }

    @Test(arguments: [nil, "{", #"{"Endpoints":{}}"#, #"{"Endpoints":{"docker":{"Host":""}}}"#])
    func `a context that names no engine is said, not passed over`(description: String?) {
        var files = ["/home/ada/.docker/config.json": #"{"currentContext":"gone"}"#]
        files[Self.contextFile("gone")] = description
        let why = "this context names no engine; see docker context ls"
        #expect(
            Self.candidates([:], files: files) == [
                DockerHost(.unsupported("gone", why: why), because: .context("gone"))
            ]
        )
    }

    @Test(
        arguments: [
            ([:], nil),
            ([:], #"{"currentContext":"default"}"#),
            ([:], #"{"currentContext":""}"#),
            ([:], "not JSON"),
            (["DOCKER_CONTEXT": "default"], #"{"currentContext":"colima"}"#),
        ] as [([String: String], String?)]
    )
    func `without a choice the usual sockets are tried`(environment: [String: String], configuration: String?) {
        var files: [String: String] = [:]
        files["/home/ada/.docker/config.json"] = configuration
        let found = Self.candidates(environment, files: files)
        #expect(found.allSatisfy { $0.reason == .usual })
        #expect(
            found.map(\.location) == [
                "unix:///var/run/docker.sock",
                "unix:///run/user/1000/docker.sock",
                "unix:///home/ada/.docker/run/docker.sock",
                "unix:///home/ada/.docker/desktop/docker.sock",
                "unix:///home/ada/.colima/default/docker.sock",
                "unix:///run/user/1000/podman/podman.sock",
                "unix:///run/podman/podman.sock",
            ]
        )
    }

    @Test func `a rootless engine is looked for in the runtime folder`() {
        let found = Self.candidates(["XDG_RUNTIME_DIR": "/run/mine"]).map(\.location)
        #expect(found.contains("unix:///run/mine/docker.sock"))
        #expect(!found.contains("unix:///run/user/1000/docker.sock"))
    }
}
