import Foundation
import SystemPackage

/// A socket that listens on a free port of this machine.
enum Listener {
    static func open(backlog: Int32 = 16) throws -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Errno(rawValue: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) + listen(socket, backlog) + getsockname(socket, pointer, &length)
            }
        }
        guard code == 0 else { throw Errno(rawValue: errno) }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }
}
