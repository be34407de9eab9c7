import SystemPackage

extension FileDescriptor {
    /// Reads to the end, or on to where there are more bytes than a limit.
    func bytes(limit: Int = .max) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let part = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }
}
