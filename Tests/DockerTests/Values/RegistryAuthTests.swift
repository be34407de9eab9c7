import Foundation
import SystemPackage
import Testing

@testable import Docker

struct RegistryAuthTests {
    private func configuration(_ text: String?) -> DockerConfiguration {
        DockerConfiguration(environment: [:], home: "/home/ada") { path in
            path == "/home/ada/.docker/config.json" ? text.map { Array($0.utf8) } : nil
        }
    }

    private func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }

    @Test(arguments: ["docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"])
    func `the default registry is kept under several names`(key: String) {
        let found = configuration(#"{"auths":{"\#(key)":{"auth":"\#(encoded("ada:secret"))"}}}"#).auth(for: "docker.io")
        #expect(found == RegistryAuth(serverAddress: key, username: "ada", password: "secret"))
    }

    @Test(arguments: [
        ("ada:se:cr:et", "ada", "se:cr:et"),
        ("ada::x", "ada", ":x"),
        ("ada:secret\0", "ada", "secret"),
        ("ada:", "ada", ""),
    ])
    func `user and password are parted at the first colon`(text: String, user: String, password: String) {
        let found = configuration(#"{"auths":{"r.example:5000":{"auth":"\#(encoded(text))"}}}"#)
            .auth(for: "r.example:5000")
        #expect(found == RegistryAuth(serverAddress: "r.example:5000", username: user, password: password))
    }

    @Test func `a token stands beside an empty password`() {
        let text = #"{"auths":{"r.example":{"auth":"\#(encoded("ada:"))","identitytoken":"token"}}}"#
        #expect(
            configuration(text).auth(for: "r.example")
                == RegistryAuth(serverAddress: "r.example", username: "ada", password: "", identityToken: "token")
        )
    }

    @Test func `user and password may be spelled out`() {
        let text = #"{"auths":{"https://r.example/v2/":{"username":"ada","password":"secret"}}}"#
        #expect(
            configuration(text).auth(for: "r.example")
                == RegistryAuth(serverAddress: "https://r.example/v2/", username: "ada", password: "secret")
        )
    }

    @Test(
        arguments: [
            nil,
            "",
            "{}",
            #"{"auths":{}}"#,
            #"{"auths":{"other.example":{"auth":"YTpi"}}}"#,
            #"{"auths":{"r.example":{}}}"#,
            #"{"auths":{"r.example":{"auth":"%%%"}}}"#,
            #"{"auths":{"r.example":{"auth":"YWRh"}}}"#,
        ] as [String?]
    )
    func `nothing is known of a registry that is not there`(text: String?) {
        #expect(configuration(text).auth(for: "r.example") == nil)
    }

    @Test(arguments: [
        (#"{"credHelpers":{"r.example":"ecr-login"}}"#, "r.example", "ecr-login"),
        (#"{"credHelpers":{"r.example":"ecr-login"}}"#, "docker.io", nil),
        (#"{"credHelpers":{"https://index.docker.io/v1/":"pass"}}"#, "docker.io", "pass"),
        (#"{"credsStore":"desktop"}"#, "r.example", "desktop"),
        (#"{"credsStore":"desktop","credHelpers":{"r.example":"pass"}}"#, "r.example", "pass"),
        (#"{"credsStore":"desktop","credHelpers":{"r.example":""}}"#, "r.example", nil),
        (#"{"credsStore":""}"#, "r.example", nil),
        ("{}", "r.example", nil),
    ])
    func `a helper program is noticed`(text: String, registry: String, name: String?) {
        #expect(configuration(text).helper(for: registry)?.name == name)
    }

    @Test func `the header is JSON in base64 that fits a header`() throws {
        let auth = RegistryAuth(serverAddress: "r.example", username: "ada", password: "~~??>>ÿÿ")
        let header = auth.header()
        #expect(!header.contains { "+/".contains($0) })
        #expect(header.contains { "-_".contains($0) })
        let standard = header.replacing("-", with: "+").replacing("_", with: "/")
        let data = try #require(Data(base64Encoded: standard))
        #expect(
            try JSONDecoder().decode([String: String].self, from: data) == [
                "serveraddress": "r.example", "username": "ada", "password": "~~??>>ÿÿ",
            ]
        )
    }
}
