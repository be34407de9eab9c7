import ArgumentParser
import Docker
import Pods
import YAML

/// `drydock images list`: what a run would need, and whether it is on the engine.
struct ImagesList: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, name }

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the images that a run needs, and whether they are on the engine."
    )

    @OptionGroup var needed: NeedInputs

    @Option(name: .shortAndLong, help: "Print JSON, or the images' names only.")
    var output: Format?

    func run() async throws {
        let context = Context.current
        let needs = try await needed.needs(context)
        let images = try await EngineAccess(context: context).withEngine { docker in
            try await ImageStatus.all(of: needs, on: docker)
        }
        needed.tellLimits(of: needs, context)
        switch output {
        case .json: context.output.write(YAMLNode(images.map(\.object)).jsonText(pretty: true) + "\n")
        case .name: for image in images { context.output.write(image.need.reference + "\n") }
        case nil: context.output.write(Self.table(of: images))
        }
    }

    private static func table(of images: [ImageStatus]) -> String {
        var table = TextTable(
            columns: [("IMAGE", .left), ("HERE", .left), ("SIZE", .right), ("PLATFORM", .left), ("USED BY", .left)]
        )
        for image in images {
            let platform = (image.platform ?? "-") + (image.isForeign ? " (the engine is \(image.enginePlatform))" : "")
            table.rows.append([
                image.need.reference,
                image.isHere ? "yes" : "no",
                image.details.map { byteText($0.size) } ?? "-",
                platform,
                image.problem ?? image.need.users.map(\.text).joined(separator: ", "),
            ])
        }
        return table.text
    }
}
