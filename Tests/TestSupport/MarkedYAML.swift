package import YAML

/// A text in which `↓` stands in front of what is meant.
package struct MarkedYAML: Sendable {
    /// The text without the marks.
    package var text: String
    package var file: String
    /// Where the marks stood, in their order.
    package var places: [SourcePlace]

    package init(_ marked: String, file: String = "test.yaml") {
        text = ""
        self.file = file
        places = []
        var place = SourcePlace(file: file, line: 1, column: 1)
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "↓":
                places.append(place)
                continue
            case "\n":
                place.line += 1
                place.column = 1
            default:
                place.column += 1
            }
            text.unicodeScalars.append(scalar)
        }
    }

    /// The place of the first mark, nil without one.
    package var place: SourcePlace? { places.first }
}
