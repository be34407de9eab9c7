import CGit2
import Foundation

/// An object of libgit2, freed when the handle goes.
final class Handle {
    let pointer: OpaquePointer
    private let free: (OpaquePointer) -> Void

    /// Calls a function that makes an object through its first argument.
    init(
        freedBy free: @escaping (OpaquePointer?) -> Void,
        _ make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(LibraryError) {
        var pointer: OpaquePointer?
        try check(make(&pointer))
        guard let pointer else { throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "no object") }
        self.pointer = pointer
        self.free = { free($0) }
    }

    deinit { free(pointer) }
}

/// What libgit2 says about a call that failed.
struct LibraryError: Error {
    /// A code of `git_error_code`.
    var code: Int32
    /// A value of `git_error_t`.
    var category: Int32
    var message: String

    /// Reads what this thread's last failed call left.
    static func last(code: Int32) -> LibraryError {
        guard let error = git_error_last(), let message = error.pointee.message else {
            return LibraryError(code: code, category: 0, message: "error \(code)")
        }
        return LibraryError(code: code, category: error.pointee.klass, message: String(cString: message))
    }
}

/// Throws what libgit2 says if a call failed.
@discardableResult
func check(_ code: Int32) throws(LibraryError) -> Int32 {
    guard code >= 0 else { throw LibraryError.last(code: code) }
    return code
}

/// Lends strings to C as a `git_strarray`.
func withStringArray<Result>(_ strings: [String], _ body: (UnsafePointer<git_strarray>) -> Result) -> Result {
    var pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        var array = git_strarray(strings: buffer.baseAddress, count: buffer.count)
        return body(&array)
    }
}

extension git_oid {
    /// The 40 digits.
    var text: String {
        var oid = self
        return String(cString: git_oid_tostr_s(&oid))
    }

    /// Nil if the text is not 40 hexadecimal digits.
    init?(text: String) {
        self.init()
        guard text.utf8.count == 40, text.allSatisfy(\.isHexDigit), git_oid_fromstr(&self, text) == 0 else {
            return nil
        }
    }
}
