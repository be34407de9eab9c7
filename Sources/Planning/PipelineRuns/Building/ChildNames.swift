import Crypto
import Foundation

/// Names of what a run creates, as Tekton and Kubernetes make them.
package enum ChildNames {
    /// The longest name that Kubernetes takes.
    private static let limit = 63
    /// What is left of a name beside a hash.
    private static let head = limit - 32

    /// The names of the runs of one PipelineTask: `RUN-TASK`, or `RUN-TASK-0` and on for a matrix.
    package static func runs(of task: String, in run: String, count: Int) -> [String] {
        guard count != 1 else { return [child(of: run, suffix: "-\(task)")] }
        return (0..<count).map { index in
            let name = child(of: run, suffix: "-\(task)-\(index)")
            guard !name.hasSuffix("-\(index)") else { return name }
            // A hash has taken the place of the index: cut, so that it fits behind.
            let room = limit - "-\(count)".utf8.count
            return prefix(child(of: run, suffix: "-\(task)"), room) + "-\(index)"
        }
    }

    /// A parent's name with a suffix; where that is too long, a hash stands for what is cut off.
    package static func child(of parent: String, suffix: String) -> String {
        guard parent.utf8.count + suffix.utf8.count > limit else { return parent + suffix }
        let kept = head - suffix.utf8.count
        guard kept <= 0 else { return prefix(parent, kept) + md5(of: parent) + suffix }
        var name = prefix(parent, head) + md5(of: parent + suffix)
        name += prefix(suffix, limit - name.utf8.count)
        while let last = name.utf8.last, !isAlphanumeric(last) { name.removeLast() }
        return name
    }

    /// A name cut to the length that Kubernetes takes, with a letter or digit at its end.
    package static func restricted(_ name: String) -> String {
        var name = prefix(name, limit)
        while let last = name.utf8.last, !isAlphanumeric(last) { name.removeLast() }
        return name
    }

    /// A prefix and the hash of a name, that many digits of it (5 if none are asked for).
    package static func hashed(_ name: String, prefix: String, digits: Int = 0) -> String {
        let digits = digits > 0 ? digits : 5
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        var text = String(hash, radix: 16)
        while text.utf8.count < digits { text += "0" }
        return "\(prefix)-\(text.prefix(digits))"
    }

    /// The claim that is made from a `volumeClaimTemplate` for one run.
    package static func claim(template: String, workspace: String, uid: String) -> String {
        let hash = hexadecimal(SHA256.hash(data: Data((workspace + uid).utf8))).prefix(10)
        return "\(template.isEmpty ? "pvc" : template)-\(hash)"
    }

    /// The hash by which Kubernetes shortens names; nothing is kept secret by it.
    private static func md5(of text: String) -> String { hexadecimal(Insecure.MD5.hash(data: Data(text.utf8))) }

    private static func hexadecimal(_ digest: some Digest) -> String {
        digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func prefix(_ text: String, _ count: Int) -> String {
        String(decoding: text.utf8.prefix(max(0, count)), as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
