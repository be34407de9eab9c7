import ArgumentParser

/// `drydock images`: the images that a pipeline needs, and no others.
struct Images: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "List, pull, save and load exactly the images that a pipeline needs.",
        subcommands: [ImagesList.self, ImagesPull.self, ImagesSave.self, ImagesLoad.self]
    )
}
