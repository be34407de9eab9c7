import CGit2
import Glibc
import SystemPackage

/// The bytes of a file that does not change, as long as it lives.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    init(_ path: FilePath) throws(LibraryError) {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            bytes = try file.closeAfter {
                let size = Int(try file.seek(offset: 0, from: .end))
                guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
                let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
                guard let start, start != MAP_FAILED else { throw Errno(rawValue: errno) }
                return UnsafeRawBufferPointer(start: start, count: size)
            }
        } catch {
            throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "cannot read \(path): \(error)")
        }
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}
