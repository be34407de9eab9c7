import Testing
@testable import Git
import SystemPackage
import Foundation
@Test func smoke() async throws {
    let env = ProcessInfo.processInfo.environment
    let r = try await Cloner.clone(CloneRequest(url: RemoteURL(env["U"] ?? ""), revision: env["R"] ?? "", destination: FilePath(env["D"] ?? ""), depth: Int(env["N"] ?? "1") ?? 1, includesSubmodules: true))
    print(r)
}
