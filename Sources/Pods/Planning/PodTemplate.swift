import Manifests
import YAML

/// The part of a run's `podTemplate` that one machine can honour.
///
/// [Tekton: Pod templates](https://tekton.dev/docs/pipelines/podtemplates/)
struct PodTemplate {
    /// What holds for containers that say nothing themselves.
    var securityContext: SecurityContext
    /// Further groups of every container's user: `fsGroup` and `supplementalGroups`.
    var groups: [Int]
    var sysctls: [String: String]
    /// Lines of `/etc/hosts` as `name:address`.
    var hostAliases: [String]
    var nameServers: [String]
    var searchDomains: [String]
    var resolverOptions: [String]
    var usesHostNetwork: Bool
    var volumes: [Volume]

    init(_ node: YAMLNode) {
        let context = node["securityContext"]
        securityContext = SecurityContext(context ?? .null)
        groups =
            [context?["fsGroup"]?.integer].compactMap(\.self)
            + (context?["supplementalGroups"]?.elements ?? []).compactMap(\.integer)
        sysctls = Dictionary(
            (context?["sysctls"]?.elements ?? []).map { ($0["name"]?.string ?? "", $0["value"]?.string ?? "") },
            uniquingKeysWith: { _, last in last }
        )
        hostAliases = (node["hostAliases"]?.elements ?? []).flatMap { alias in
            (alias["hostnames"]?.strings ?? []).map { "\($0):\(alias["ip"]?.string ?? "")" }
        }
        let dns = node["dnsConfig"]
        nameServers = dns?["nameservers"]?.strings ?? []
        searchDomains = dns?["searches"]?.strings ?? []
        resolverOptions = (dns?["options"]?.elements ?? []).map { option in
            let name = option["name"]?.string ?? ""
            return option["value"]?.string.map { "\(name):\($0)" } ?? name
        }
        usesHostNetwork = node["hostNetwork"]?.bool ?? false
        volumes = (node["volumes"]?.elements ?? []).map { Volume($0) }
    }
}
