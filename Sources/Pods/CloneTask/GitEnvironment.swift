import Git

/// The variables of an environment that change how git reaches a remote, as `git` reads them.
struct GitEnvironment {
    static let names: Set<String> = [
        "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY",
        "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    ]

    var variables: [String: String]

    /// The proxies: small letters come first, and for `http` addresses there is no other spelling.
    ///
    /// [curl: Environment](https://curl.se/docs/manpage.html#ENVIRONMENT)
    var proxies: RemoteAccess.Proxies {
        RemoteAccess.Proxies(
            http: variables["http_proxy"] ?? "",
            https: variables["https_proxy"] ?? variables["HTTPS_PROXY"] ?? "",
            all: variables["all_proxy"] ?? variables["ALL_PROXY"] ?? "",
            excluded: variables["no_proxy"] ?? variables["NO_PROXY"] ?? ""
        )
    }

    /// Whether a proxy is given in the spelling that git does not read.
    var hasUnreadProxy: Bool { variables["HTTP_PROXY", default: ""] != "" && proxies.http == "" && proxies.all == "" }

    var certificateFile: String? { text("GIT_SSL_CAINFO") }
    var certificateFolder: String? { text("GIT_SSL_CAPATH") }

    private func text(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }
}
