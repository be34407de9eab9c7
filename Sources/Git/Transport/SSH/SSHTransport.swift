import CGit2
import Foundation
import SystemPackage

/// Speaks git with a server through OpenSSH's program.
///
/// libgit2's own transport knows neither the signatures that servers ask for today nor ssh's configuration.
final class SSHTransport {
    private let url: String
    private let address: SSHAddress
    private let access: RemoteAccess
    private let configuration: SSHConfiguration
    private let network: Network
    private var folder: SSHFolder?
    private var process: ChildProcess?
    private var stream: UnsafeMutablePointer<cgit2_subtransport_stream>?

    init(_ url: RemoteURL, _ access: RemoteAccess, _ git: GitConfiguration, _ network: Network) throws(GitError) {
        self.url = url.masked
        address = try SSHAddress(url)
        self.access = access
        configuration = try SSHConfiguration(access, git)
        self.network = network
        if let setting = configuration.unsupported.first { throw .unsupportedSetting(url: url.masked, setting) }
    }

    /// A transport of libgit2 that keeps this one alive.
    func make(_ out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, for remote: OpaquePointer?) -> Int32 {
        var definition = git_smart_subtransport_definition()
        definition.rpc = 0
        definition.param = Unmanaged.passUnretained(self).toOpaque()
        definition.callback = { out, _, parameter in
            guard let out, let parameter else { return GIT_ERROR.rawValue }
            let transport = Unmanaged<SSHTransport>.fromOpaque(parameter).takeUnretainedValue()
            out.pointee = transport.makeSubtransport()
            return 0
        }
        return git_transport_smart(out, remote, &definition)
    }

    private func makeSubtransport() -> UnsafeMutablePointer<git_smart_subtransport> {
        let own = UnsafeMutablePointer<cgit2_subtransport>.allocate(capacity: 1)
        own.initialize(to: cgit2_subtransport())
        own.pointee.context = Unmanaged.passRetained(self).toOpaque()
        own.pointee.parent.action = { out, subtransport, _, service in
            guard let out, let transport = SSHTransport.of(subtransport) else { return GIT_ERROR.rawValue }
            return transport.perform { () throws(GitError) in out.pointee = try transport.start(service, subtransport) }
        }
        own.pointee.parent.close = { subtransport in
            SSHTransport.of(subtransport)?.end()
            return 0
        }
        own.pointee.parent.free = { subtransport in
            guard let subtransport else { return }
            let own = UnsafeMutableRawPointer(subtransport).assumingMemoryBound(to: cgit2_subtransport.self)
            let transport = Unmanaged<SSHTransport>.fromOpaque(own.pointee.context)
            transport.takeUnretainedValue().end()
            transport.release()
            own.deallocate()
        }
        return UnsafeMutableRawPointer(own).assumingMemoryBound(to: git_smart_subtransport.self)
    }

    private static func of(_ subtransport: UnsafeMutablePointer<git_smart_subtransport>?) -> SSHTransport? {
        guard let subtransport else { return nil }
        // Every subtransport is made above, in a structure that begins with libgit2's.
        let own = UnsafeMutableRawPointer(subtransport).assumingMemoryBound(to: cgit2_subtransport.self)
        return Unmanaged<SSHTransport>.fromOpaque(own.pointee.context).takeUnretainedValue()
    }

    private static func of(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) -> SSHTransport? {
        guard let stream else { return nil }
        let own = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: cgit2_subtransport_stream.self)
        return Unmanaged<SSHTransport>.fromOpaque(own.pointee.context).takeUnretainedValue()
    }

    private func perform(_ body: () throws(GitError) -> Void) -> Int32 {
        do throws(GitError) {
            try body()
            return 0
        } catch {
            network.fail(error)
            return GIT_ERROR.rawValue
        }
    }

    // MARK: - The stream

    private func start(
        _ service: git_smart_service_t,
        _ subtransport: UnsafeMutablePointer<git_smart_subtransport>?
    ) throws(GitError) -> UnsafeMutablePointer<git_smart_subtransport_stream> {
        if service == GIT_SERVICE_UPLOADPACK_LS {
            end()
            try startProcess()
        }
        guard process != nil else { throw .unreachable(url: url, message: "the connection has ended") }
        let own = stream ?? makeStream(subtransport)
        stream = own
        return UnsafeMutableRawPointer(own).assumingMemoryBound(to: git_smart_subtransport_stream.self)
    }

    private func makeStream(
        _ subtransport: UnsafeMutablePointer<git_smart_subtransport>?
    ) -> UnsafeMutablePointer<cgit2_subtransport_stream> {
        let own = UnsafeMutablePointer<cgit2_subtransport_stream>.allocate(capacity: 1)
        own.initialize(to: cgit2_subtransport_stream())
        own.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        own.pointee.parent.subtransport = subtransport
        own.pointee.parent.read = { stream, buffer, size, count in
            guard let transport = SSHTransport.of(stream) else { return GIT_ERROR.rawValue }
            return transport.perform { () throws(GitError) in
                count?.pointee = try transport.read(UnsafeMutableRawBufferPointer(start: buffer, count: size))
            }
        }
        own.pointee.parent.write = { stream, bytes, size in
            guard let transport = SSHTransport.of(stream) else { return GIT_ERROR.rawValue }
            return transport.perform { () throws(GitError) in
                try transport.write(UnsafeRawBufferPointer(start: bytes, count: size))
            }
        }
        own.pointee.parent.free = { stream in
            guard let stream else { return }
            SSHTransport.of(stream)?.stream = nil
            UnsafeMutableRawPointer(stream).assumingMemoryBound(to: cgit2_subtransport_stream.self).deallocate()
        }
        return own
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        guard let process else { throw .unreachable(url: url, message: "the connection has ended") }
        guard let count = process.read(into: buffer, network.cancellation) else { throw .cancelled }
        // git's server never ends by itself while something is to be read.
        if count == 0 { throw failure() }
        return count
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        guard let process else { throw .unreachable(url: url, message: "the connection has ended") }
        guard let isWritten = process.write(bytes, network.cancellation) else { throw .cancelled }
        if !isWritten { throw failure() }
    }

    // MARK: - The program

    private func startProcess() throws(GitError) {
        let folder: SSHFolder
        if let made = self.folder {
            folder = made
        } else {
            folder = try SSHFolder(StepHome(access), configuration)
            self.folder = folder
        }
        var arguments = ["-F", folder.path.appending("config").string]
        if !configuration.knowsHosts { arguments += ["-o", "StrictHostKeyChecking=accept-new"] }
        guard try !namesKeys(arguments, folder) else {
            process = try start(arguments + address.arguments + [address.command])
            return
        }
        // ssh would look for keys in the home of this machine's user.
        let keys = folder.defaultKeys.map { $0.string.replacing("%", with: "%%") }
        for key in keys.isEmpty ? ["none"] : keys { arguments += ["-o", "IdentityFile=\"\(key)\""] }
        process = try start(arguments + address.arguments + [address.command])
    }

    /// Whether the configuration names keys for this host, as ssh itself reads it.
    private func namesKeys(_ arguments: [String], _ folder: SSHFolder) throws(GitError) -> Bool {
        let process = try start(arguments + ["-G"] + address.arguments)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let read = buffer.withUnsafeMutableBytes { process.read(into: $0, network.cancellation) }
            guard let count = read else { throw .cancelled }
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        process.end(within: .seconds(5))
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard !lines.isEmpty else { throw error(process) }
        let keys = lines.filter { $0.hasPrefix("identityfile ") }
        // Those that ssh adds by itself begin with the tilde; there is none in a rewritten file.
        return !keys.isEmpty && !keys.contains { $0.hasPrefix("identityfile ~") }
    }

    private func start(_ arguments: [String]) throws(GitError) -> ChildProcess {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let program = search.split(separator: ":").map { FilePath(String($0)).appending("ssh") }
            .first { Glibc.access($0.string, X_OK) == 0 }
        guard let program else { throw .programMissing(name: "ssh", url: url) }
        // Nothing else of this program's environment: no agent, no askpass.
        let home = folder.map { $0.path.appending("home").string } ?? "/"
        do throws(Errno) {
            return try ChildProcess(program, arguments, environment: ["PATH=\(search)", "HOME=\(home)", "LC_ALL=C"])
        } catch {
            throw .failed(action: "starting", subject: program.string, message: "\(error)")
        }
    }

    /// Why ssh gave up.
    private func failure() -> GitError {
        guard let process else { return .unreachable(url: url, message: "the connection has ended") }
        process.end(within: .seconds(5))
        return error(process)
    }

    private func error(_ process: ChildProcess) -> GitError {
        let words = String(decoding: process.words, as: UTF8.self)
        if words.contains("timed out") {
            return .timedOut(place: address.host, seconds: Int(access.connectTimeout.components.seconds))
        }
        return SSHFailure.error(words, url: url, address: address, folder: folder?.path.string ?? "/nowhere")
    }

    private func end() {
        // A server that has sent everything ends as soon as nobody asks; one that was given up need not.
        process?.end(within: network.cancellation.isCancelled || network.failure != nil ? .zero : .seconds(2))
        process = nil
    }
}
