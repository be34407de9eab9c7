package import Foundation

extension FileHandle {
    /// Reads to the end, whatever signals come meanwhile.
    package func readAll() throws -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
            if count > 0 { data += buffer[..<count] }
            if count == 0 { return data }
            if count < 0, errno != EINTR { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }
    }
}
