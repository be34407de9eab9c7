package import SystemPackage

/// A place where a Docker engine may be, and why it is looked for there.
package struct DockerHost: Sendable, Equatable {
    /// The place itself.
    package var address: Address
    /// Who named it.
    package var reason: Reason

    /// How an engine is reached.
    package enum Address: Sendable, Equatable {
        /// Over a socket in the file system.
        case unix(FilePath)
        /// Over the network without encryption.
        case tcp(host: String, port: Int)
        /// Over the network with TLS and nothing but the system's certificates.
        case https(host: String, port: Int)
        /// By a way that is not carried out, with a sentence that says which would be.
        case unsupported(String, why: String)
    }

    /// Who named a place.
    package enum Reason: Sendable, Equatable {
        /// The variable `DOCKER_HOST`.
        case environment
        /// The Docker context by this name.
        case context(String)
        /// Engines are usually there.
        case usual
    }

    /// A place and its reason.
    package init(_ address: Address, because reason: Reason) {
        self.address = address
        self.reason = reason
    }

    /// The place as `DOCKER_HOST` spells it.
    package var location: String {
        switch address {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .https(let host, let port): "https://\(host):\(port)"
        case .unsupported(let text, _): text
        }
    }
}

extension DockerHost: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .environment: "\(location) (from DOCKER_HOST)"
        case .context(let name): "\(location) (from the Docker context '\(name)')"
        case .usual: location
        }
    }
}
