import YAML

extension Rule {
    static let artifactsEnabled = Rule("DD2121", "Artifacts are used only where they are switched on.") {
        spec,
        findings in
        guard !spec.settings.allowsArtifacts else { return }
        for step in spec.parts("steps") where step.usesArtifacts {
            findings.report(
                "feature flag enable-artifacts should be set to true to use artifacts feature.",
                in: step,
                ""
            )
        }
    }

    static let stepResultPlaces = Rule("DD2122", "Results of steps are used in env, command and args only.") {
        spec,
        findings in
        for step in spec.parts("steps") {
            for (text, field) in fixedTexts(of: step, withScript: true) where References.containsStepResult(text) {
                findings.report(
                    "stepResult substitutions are only allowed in env, command and args. Found usage in",
                    in: step,
                    field
                )
            }
        }
    }

    static let stepArtifactPlaces = Rule(
        "DD2123",
        "Artifacts of steps are used in env, command, args and script only."
    ) { spec, findings in
        for step in spec.parts("steps") {
            for (text, field) in fixedTexts(of: step, withScript: false) where References.containsStepArtifact(text) {
                findings.report(
                    "stepArtifact substitutions are only allowed in env, command, args and script. Found usage in",
                    in: step,
                    field
                )
            }
        }
    }

    /// The texts of a step in which nothing that another step made can stand, with the fields that Tekton names.
    private static func fixedTexts(of step: Part, withScript: Bool) -> [(text: String, field: String)] {
        let plain = ["name", "image", "imagePullPolicy", "workingDir"] + (withScript ? ["script"] : [])
        var texts = plain.map { (step.text($0), $0) }
        for source in step.parts("envFrom") {
            texts.append((source.text("prefix"), "envFrom.prefix"))
            for reference in ["configMapRef", "secretRef"] {
                texts.append((source.part(reference)?.text("name") ?? "", "envFrom.\(reference)"))
            }
        }
        for mount in step.parts("volumeMounts") {
            for field in ["name", "mountPath", "subPath"] { texts.append((mount.text(field), "volumeMounts.\(field)")) }
        }
        for device in step.parts("volumeDevices") {
            for field in ["name", "devicePath"] { texts.append((device.text(field), "volumeDevices.\(field)")) }
        }
        return texts.filter { !$0.0.isEmpty }
    }

    static let stepResults = Rule("DD2124", "The results of a step are well declared, and its script uses no others.") {
        spec,
        findings in
        for (index, step) in spec.parts("steps").enumerated() {
            let results = step.parts("results")
            guard !results.isEmpty else { continue }
            let names = Set(results.map { $0.text("name") })
            var use = VariableUse(of: "step.results", in: step.text("script"))
            if spec.settings.toleratesImpossibleResults { use.dropImpossible(NameSyntax.isResultName) }
            if let problem = use.problem(unlessIn: names) { findings.report(problem, in: step, "script") }
            for (number, result) in results.enumerated() {
                // Tekton names the field before the step's number.
                let path = spec.path.appending("steps").appending("results").appending("[\(index)]")
                ResultDeclaration.checkStepResult(result.at(path.appending("[\(number)]")), into: &findings)
            }
        }
    }
}

extension Part {
    /// Whether a step refers to artifacts.
    var usesArtifacts: Bool {
        let texts = [text("script")] + texts("command") + texts("args") + parts("env").map { $0.text("value") }
        return texts.contains { References.containsStepArtifact($0) || References.containsTaskArtifact($0) }
    }
}
