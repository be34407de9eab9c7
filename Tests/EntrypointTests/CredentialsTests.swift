import Foundation
import Testing

@testable import Entrypoint

@Suite struct `The credentials of a run` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.makeDirectory("home")
        try folder.write("creds/.gitconfig", "config")
        try folder.write("creds/.ssh/id_key", "key")
        try folder.write("creds/other", "not for a home")
    }

    private func copy(to home: String) {
        Credentials(folder: folder.path("creds"), home: home).copyToHome()
    }

    @Test func `are copied to the home, for its owner alone`() throws {
        copy(to: folder.path("home"))
        #expect(try folder.text("home/.gitconfig") == "config")
        #expect(try folder.text("home/.ssh/id_key") == "key")
        #expect(try mode("home/.ssh") == 0o700)
        #expect(try mode("home/.ssh/id_key") == 0o600)
        #expect(!folder.exists("home/other") && !folder.exists("home/.docker"))
    }

    @Test func `take the place of what an earlier step left`() throws {
        try folder.write("home/.gitconfig", "a much longer text than the new one")
        copy(to: folder.path("home"))
        #expect(try folder.text("home/.gitconfig") == "config")
    }

    @Test(arguments: ["", "none"])
    func `stay where they are without a home`(_ home: String) {
        copy(to: home.isEmpty ? "" : folder.path(home))
        #expect(!folder.exists("none"))
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
    }
}
