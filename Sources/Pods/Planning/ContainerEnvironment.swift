import Manifests
import Planning

/// Works out the variables of a container.
///
/// `envFrom` comes first and `env` after it; a later value wins. A value may use the variables before it.
struct ContainerEnvironment {
    var keyed: KeyedValues
    var pod: PodIdentity
    var machine: MachineSize

    /// The variables in their order, each name once.
    func variables(of container: Container) throws(Refusal) -> [(name: String, value: String)] {
        var order: [String] = []
        var values: [String: String] = [:]
        func set(_ name: String, _ value: String) {
            if values.updateValue(value, forKey: name) == nil { order.append(name) }
        }
        for source in container.envFrom {
            let kind: KeyedValues.Kind = source.kind == .secret ? .secret : .configMap
            let found = try keyed.values(of: kind, source.name, isOptional: source.isOptional) ?? [:]
            for (key, bytes) in found.sorted(by: { $0.key < $1.key }) {
                set(source.prefix + key, String(decoding: bytes, as: UTF8.self))
            }
        }
        for variable in container.env {
            if let value = try value(of: variable, in: container, known: values) { set(variable.name, value) }
        }
        return order.compactMap { name in values[name].map { (name, $0) } }
    }

    private func value(
        of variable: EnvironmentVariable,
        in container: Container,
        known: [String: String]
    ) throws(Refusal) -> String? {
        switch variable.value {
        case .literal(let text):
            return VariableExpansion.expand(text, with: known)
        case .secretKey(let name, let key, let isOptional):
            return try keyed.value(of: .secret, name, key: key, isOptional: isOptional).map(Self.text)
        case .configMapKey(let name, let key, let isOptional):
            return try keyed.value(of: .configMap, name, key: key, isOptional: isOptional).map(Self.text)
        case .field(let path):
            guard let value = pod.value(ofField: path) else {
                throw .configuration("field path \"\(path)\" of variable \(variable.name) is not supported")
            }
            return value
        case .resourceField(let resource, let divisor):
            return self.resource(resource, divisor: divisor, of: container)
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A request or limit, `limits.memory` in units of the divisor.
    ///
    /// Where no limit is set it is what the machine has, as it is what the node has on a cluster; no request is 0.
    private func resource(_ path: String, divisor: String, of container: Container) -> String {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "0" }
        let resources = container.resources
        // What is not asked for is asked for as far as it is allowed.
        let quantities = parts[0] == "limits" ? resources.limits : resources.limits.merging(resources.requests) { $1 }
        let unit = Quantity(divisor).flatMap { $0.value > 0 ? $0 : nil } ?? Quantity("1")
        let unset = parts[0] == "limits" ? machine.quantity(of: parts[1]) : nil
        guard let quantity = quantities[parts[1]].flatMap({ Quantity($0) }) ?? unset, let unit else { return "0" }
        return String(quantity.count(of: unit))
    }
}
