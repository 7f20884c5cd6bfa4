import Diagnostics
import StrictJSON

/// Makes a located tree of a YAML text. `YAMLSubset` has seen the text before and reported what is refused.
struct YAMLReader: ~Copyable {
    /// Deeper than a manifest, shallower than any stack.
    static let maximumDepth = 64
    static let tooDeep = "nested more than \(maximumDepth) levels deep"

    private var parser: LibYAML
    private var problems: ProblemList

    /// Ends the reading: the text cannot be followed any further, and the problem is reported.
    private struct Stop: Error {}

    /// Nil if the text cannot be followed to its end. A tree may come back with problems; it is then only good for
    /// finding more of them.
    static func read(_ bytes: [UInt8], _ problems: inout ProblemList) -> Located? {
        guard YAMLSubset.check(bytes, &problems), let parser = LibYAML(bytes) else { return nil }
        var reader = YAMLReader(parser: parser, problems: problems)
        defer { problems = reader.problems }
        return try? reader.document()
    }

    private init(parser: consuming LibYAML, problems: ProblemList) {
        self.parser = parser
        self.problems = problems
    }

    private mutating func document() throws(Stop) -> Located {
        var root: Located?
        while true {
            let event = try next()
            switch event.kind {
            // INVARIANT: the text is read to its end, so that nothing stands behind what was read.
            case .end:
                if let root { return root }
                problems.add(.syntax, at: .start, "the file is empty")
                throw Stop()
            case .documentStart where root != nil:
                problems.add(
                    .syntax, at: event.position, "a manifest is one document, found another",
                    suggestion: "put it into a file of its own")
                throw Stop()
            case .documentStart, .other: continue
            default: root = try node(event, depth: 1)
            }
        }
    }

    private mutating func node(_ event: LibYAML.Event, depth: Int) throws(Stop) -> Located {
        guard depth <= Self.maximumDepth else {
            problems.add(.syntax, at: event.position, Self.tooDeep)
            throw Stop()
        }
        switch event.kind {
        case .scalar(let text, let plain):
            guard plain else { return Located(.scalar(.string(text)), at: event.position) }
            return Located(scalar(text, at: event.position), at: event.position, plainSource: text)
        case .sequenceStart:
            var elements: [Located] = []
            while true {
                let element = try next()
                if case .sequenceEnd = element.kind { return Located(.array(elements), at: event.position) }
                elements.append(try node(element, depth: depth + 1))
            }
        case .mappingStart:
            return Located(.object(try members(depth: depth)), at: event.position)
        default:
            return Located(.invalid, at: event.position)
        }
    }

    private mutating func members(depth: Int) throws(Stop) -> [Located.Member] {
        var members: [Located.Member] = []
        // By bytes, as in JSON: two spellings that look alike are two keys, and one of them is unknown.
        var seen: [[UInt8]: Position] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return members }
            let key = try self.key(event, depth: depth)
            let value = try node(try next(), depth: depth + 1)
            guard let key else { continue }
            if let first = seen[Array(key.utf8)] {
                problems.add(
                    .duplicateKey, at: event.position,
                    "the key \(VisibleText.quoted(key)) stands here twice, first in line \(first.line)")
                continue
            }
            seen[Array(key.utf8)] = event.position
            members.append(Located.Member(key: key, keyPosition: event.position, value: value))
        }
    }

    /// Nil if this is no key; that is reported, and its value read, so that what follows can be looked at.
    private mutating func key(_ event: LibYAML.Event, depth: Int) throws(Stop) -> String? {
        guard case .scalar(let text, let plain) = event.kind else {
            problems.add(.syntax, at: event.position, "expected a text as the key, found a list or a mapping")
            _ = try node(event, depth: depth + 1)
            return nil
        }
        guard plain else { return text }
        if text == "<<" {
            problems.add(.syntax, at: event.position, "merge keys (`<<`) are refused", suggestion: "write the keys out")
            return nil
        }
        guard case .value(.string) = CoreSchema.resolve(text) else {
            problems.add(
                .syntax, at: event.position,
                text.isEmpty
                    ? "expected a key, found nothing" : "expected a text as the key, found \(VisibleText.quoted(text))",
                suggestion: text.isEmpty ? nil : "put it in quotes")
            return nil
        }
        return text
    }

    private mutating func scalar(_ text: String, at position: Position) -> Located.Content {
        switch CoreSchema.resolve(text) {
        case .value(let value): return .scalar(value)
        case .notRepresentable:
            problems.add(
                .invalidValue, at: position, "\(VisibleText.quoted(text)) is a number that JSON cannot hold",
                suggestion: "if it is a text, put it in quotes")
            return .invalid
        }
    }

    private mutating func next() throws(Stop) -> LibYAML.Event {
        do throws(LibYAML.Failure) {
            return try parser.nextEvent()
        } catch {
            problems.add(
                .syntax, at: error.position, error.message, suggestion: YAMLSubset.hint(error.message))
            throw Stop()
        }
    }
}
