import Foundation
package import Manifests

extension ParamValue {
    /// Reads what a step wrote as a result.
    ///
    /// A result that is declared as a string is the text as it is, its last line break included. Else JSON tells the
    /// type: an array or an object of strings, or a string in quotes; all other text is a string.
    package init(resultText text: String, declared: ParamType?) {
        guard declared != .string else {
            self = .string(text)
            return
        }
        let data = Data(text.utf8)
        let decoder = JSONDecoder()
        // Not being of a type is no error here: the next one is tried.
        if text.hasPrefix("["), let list = try? decoder.decode([String].self, from: data) {
            self = .array(list)
        } else if text.hasPrefix("{"), let object = try? decoder.decode([String: String].self, from: data) {
            self = .object(object)
        } else {
            self = .string((try? decoder.decode(String.self, from: data)) ?? text)
        }
    }
}
