import CYAML

/// What libyaml found at one place of a text.
struct Event {
    enum Kind {
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(Scalar, anchor: String?)
        case sequenceStart(anchor: String?)
        case mappingStart(anchor: String?)
        case collectionEnd
    }

    var kind: Kind
    var place: SourcePlace
}

/// The events of a text in their order; libyaml's parser and its memory stay in here.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeBufferPointer<UInt8>
    private let file: String

    /// The input must not be empty and must outlive the reader.
    init(_ input: UnsafeBufferPointer<UInt8>, file: String) {
        self.input = input
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("there is no memory for a YAML parser") }
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event, nil after the last.
    mutating func next() throws(YAMLError) -> Event? {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
            defer { yaml_event_delete(&event) }
            let kind: Event.Kind
            switch event.type {
            case YAML_DOCUMENT_START_EVENT: kind = .documentStart
            case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
            case YAML_ALIAS_EVENT: kind = .alias(Self.string(event.data.alias.anchor) ?? "")
            case YAML_SCALAR_EVENT: kind = Self.scalar(event.data.scalar)
            case YAML_SEQUENCE_START_EVENT:
                kind = .sequenceStart(anchor: Self.string(event.data.sequence_start.anchor))
            case YAML_MAPPING_START_EVENT:
                kind = .mappingStart(anchor: Self.string(event.data.mapping_start.anchor))
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
            case YAML_STREAM_START_EVENT: continue
            default: return nil
            }
            return Event(kind: kind, place: place(event.start_mark))
        }
    }

    private static func scalar(_ data: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar) -> Event.Kind {
        let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        let scalar = Scalar(text: text, tag: string(data.tag), isPlain: data.plain_implicit != 0)
        return .scalar(scalar, anchor: string(data.anchor))
    }

    private static func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func place(_ mark: yaml_mark_t) -> SourcePlace {
        SourcePlace(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    // MARK: - Problems

    private func problem() -> YAMLError {
        let state = parser.pointee
        let words = state.problem.map { String(cString: $0) } ?? ""
        if state.error == YAML_READER_ERROR {
            var offset = state.problem_offset
            if words.contains("trailing") {
                // The character is wrong from its first byte on.
                repeat { offset -= 1 } while offset > 0 && input[offset] & 0xC0 == 0x80
            }
            return SyntaxProblem.encoding(words, value: Int(state.problem_value), place: place(offset: offset))
        }
        let problem = SyntaxProblem(
            words: words,
            place: place(state.problem_mark),
            context: state.context.map { String(cString: $0) },
            contextPlace: state.context == nil ? nil : place(state.context_mark),
            line: line(state.problem_mark),
            column: state.problem_mark.column
        )
        return problem.error
    }

    /// The text of the line that a mark is in.
    private func line(_ mark: yaml_mark_t) -> String {
        let lines = input.split(
            separator: UInt8(ascii: "\n"),
            maxSplits: mark.line + 1,
            omittingEmptySubsequences: false
        )
        guard mark.line < lines.count else { return "" }
        var line = String(decoding: lines[mark.line], as: UTF8.self)
        if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
        return line
    }

    /// Where a byte stands, for what libyaml says about bytes.
    private func place(offset: Int) -> SourcePlace {
        let before = input.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return SourcePlace(file: file, line: line, column: column)
    }
}
