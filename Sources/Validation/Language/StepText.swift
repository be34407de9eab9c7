import YAML

/// A text of a step in which variables may stand.
struct StepText {
    var text: String
    /// The field as Tekton names it.
    var field: String
    /// An element of `command` or `args`, which a whole array may replace.
    var isListItem = false
    var node: YAMLNode?

    /// The texts of a step that Tekton looks at, those without a dollar left out.
    ///
    /// Tekton names the fields of mounts `MountPath` in one check and `mountPath` in the others.
    static func all(of step: Part, writesMountFieldsLarge: Bool = false) -> [StepText] {
        var texts = ["name", "image", "workingDir", "script"].map { field in
            StepText(text: step.text(field), field: field, node: step.node[field])
        }
        for field in ["command", "args"] {
            for (index, node) in (step.node[field]?.elements ?? []).enumerated() {
                texts.append(
                    StepText(text: node.string ?? "", field: "\(field)[\(index)]", isListItem: true, node: node)
                )
            }
        }
        for variable in step.parts("env") {
            let field = "env.[\(variable.text("name"))]"
            texts.append(StepText(text: variable.text("value"), field: field, node: variable.node["value"]))
        }
        for (index, mount) in step.parts("volumeMounts").enumerated() {
            for (field, large) in [("name", "name"), ("mountPath", "MountPath"), ("subPath", "SubPath")] {
                let name = writesMountFieldsLarge ? large : field
                texts.append(
                    StepText(text: mount.text(field), field: "volumeMount[\(index)].\(name)", node: mount.node[field])
                )
            }
        }
        return texts.filter { $0.text.utf8.contains(UInt8(ascii: "$")) }
    }
}
