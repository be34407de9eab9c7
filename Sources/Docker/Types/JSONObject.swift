/// An object as the engine reads it, field after field.
///
/// It does without `Encodable`, whose containers for the types of a container cost a new process a millisecond.
struct JSONObject: Sendable {
    /// The object as JSON text in UTF-8.
    var bytes: [UInt8] { fields + (fields.isEmpty ? [UInt8(ascii: "{")] : []) + [UInt8(ascii: "}")] }

    private var fields: [UInt8] = []

    /// Adds a text; `nil` is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        Self.write(value, to: &fields)
    }

    /// Adds a number; `nil` is left out.
    mutating func add(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        begin(name)
        fields += Array("\(value)".utf8)
    }

    /// Adds a switch; `nil` is left out.
    mutating func add(_ name: String, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        fields += Array((value ? "true" : "false").utf8)
    }

    /// Adds a switch only when it is on.
    mutating func add(_ name: String, ifTrue value: Bool) {
        if value { add(name, true) }
    }

    /// Adds a list of texts; `nil` is left out.
    mutating func add(_ name: String, _ values: [String]?) {
        guard let values else { return }
        begin(name)
        fields.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { fields.append(UInt8(ascii: ",")) }
            Self.write(value, to: &fields)
        }
        fields.append(UInt8(ascii: "]"))
    }

    /// Adds a list of texts unless it is empty, so that the engine's own default stays.
    mutating func add(_ name: String, ifFilled values: [String]) {
        if !values.isEmpty { add(name, values) }
    }

    /// Adds texts by their names, sorted, unless there are none.
    mutating func add(_ name: String, ifFilled values: [String: String]) {
        guard !values.isEmpty else { return }
        var object = JSONObject()
        for key in values.keys.sorted() { object.add(key, values[key]) }
        add(name, object)
    }

    /// Adds an object.
    mutating func add(_ name: String, _ object: JSONObject) {
        begin(name)
        fields += object.bytes
    }

    /// Adds a list of objects unless it is empty.
    mutating func add(_ name: String, ifFilled objects: [JSONObject]) {
        guard !objects.isEmpty else { return }
        begin(name)
        fields.append(UInt8(ascii: "["))
        for (index, object) in objects.enumerated() {
            if index > 0 { fields.append(UInt8(ascii: ",")) }
            fields += object.bytes
        }
        fields.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ name: String) {
        fields.append(UInt8(ascii: fields.isEmpty ? "{" : ","))
        Self.write(name, to: &fields)
        fields.append(UInt8(ascii: ":"))
    }

    // RFC 8259, section 7.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
