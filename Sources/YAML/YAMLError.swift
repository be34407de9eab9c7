/// Why a text could not be read as YAML.
package struct YAMLError: Error, Sendable, Hashable {
    /// What is wrong, in one sentence.
    package var message: String
    package var place: SourcePlace
    /// What to try, or what else there is to know; a line each.
    package var notes: [String]

    package init(message: String, place: SourcePlace, notes: [String] = []) {
        self.message = message
        self.place = place
        self.notes = notes
    }
}

extension YAMLError: CustomStringConvertible {
    package var description: String { (["\(place): \(message)"] + notes).joined(separator: "\n  ") }
}
