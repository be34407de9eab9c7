package import SystemPackage
extension DockerHost {
    /// The places to look for an engine, the first that answers being the right one.
    package static func candidates(
        environment: [String: String],
        home: FilePath,
        userID: UInt32 = 0,
        contentsOf: (FilePath) -> [UInt8]? = { _ in nil }
    ) -> [DockerHost] { [] }
}
