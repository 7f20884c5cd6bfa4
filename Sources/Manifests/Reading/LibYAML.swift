// Yams is built on libyaml, which it vendors as this module. Yams itself resolves aliases before a caller sees a node,
// does not tell a text in quotes from one without, and needs Foundation; manifests are read from libyaml's tokens and
// events instead.
internal import CYaml

/// libyaml's parser over some bytes. The parser points into itself and into the bytes, so both live on the heap and as
/// long as the closure that gets them.
struct LibYAML: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Nil if memory is short.
    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.initialize(from: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// Why libyaml could not go on.
    struct Failure: Error {
        var position: Position
        var message: String
    }

    /// The next token, or what is wrong. The tokens are those of the scanner: nothing is expanded.
    mutating func nextToken() throws(Failure) -> Token {
        var token = yaml_token_t()
        guard yaml_parser_scan(parser, &token) == 1 else { throw failure }
        defer { yaml_token_delete(&token) }
        let kind: Token.Kind =
            switch token.type {
            case YAML_STREAM_END_TOKEN: .end
            case YAML_ALIAS_TOKEN: .alias
            case YAML_ANCHOR_TOKEN: .anchor
            case YAML_TAG_TOKEN: .tag
            case YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN: .directive
            case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN, YAML_BLOCK_SEQUENCE_START_TOKEN,
                YAML_BLOCK_MAPPING_START_TOKEN:
                .open
            case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN, YAML_BLOCK_END_TOKEN: .close
            // The key of `a: 1` is a token without width; that of `? a` is the question mark.
            case YAML_KEY_TOKEN where token.start_mark.index != token.end_mark.index: .explicitKey
            default: .other
            }
        return Token(kind: kind, position: Position(token.start_mark))
    }

    /// The next event, or what is wrong.
    mutating func nextEvent() throws(Failure) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        let kind: Event.Kind =
            switch event.type {
            case YAML_STREAM_END_EVENT: .end
            case YAML_DOCUMENT_START_EVENT: .documentStart
            case YAML_ALIAS_EVENT: .alias
            case YAML_SCALAR_EVENT:
                .scalar(
                    String(
                        decoding: UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length),
                        as: UTF8.self),
                    plain: event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
            case YAML_SEQUENCE_START_EVENT: .sequenceStart
            case YAML_SEQUENCE_END_EVENT: .sequenceEnd
            case YAML_MAPPING_START_EVENT: .mappingStart
            case YAML_MAPPING_END_EVENT: .mappingEnd
            default: .other
            }
        return Event(kind: kind, position: Position(event.start_mark))
    }

    private var failure: Failure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
        return Failure(position: Position(parser.pointee.problem_mark), message: problem + context)
    }

    struct Token {
        enum Kind { case end, alias, anchor, tag, directive, explicitKey, open, close, other }
        var kind: Kind
        var position: Position
    }

    struct Event {
        enum Kind {
            case end, documentStart, alias, sequenceStart, sequenceEnd, mappingStart, mappingEnd, other
            case scalar(String, plain: Bool)
        }
        var kind: Kind
        var position: Position
    }
}

extension Position {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
