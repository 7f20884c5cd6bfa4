import StrictJSON

/// How large a value can be that fits a schema: 0 of what it cannot be, infinity where nothing bounds it.
struct ValueExtent: Hashable, Sendable {
    /// Of a text, in UTF-8.
    var bytes = Double.infinity
    /// Of an array.
    var elements = Double.infinity
    /// Of an object.
    var members = Double.infinity

    /// Of a value that is of neither kind, or not there.
    static let none = ValueExtent(bytes: 0, elements: 0, members: 0)

    /// Of what fits both.
    func intersection(_ other: ValueExtent) -> ValueExtent {
        ValueExtent(
            bytes: min(bytes, other.bytes), elements: min(elements, other.elements),
            members: min(members, other.members))
    }

    /// Of what fits either.
    func union(_ other: ValueExtent) -> ValueExtent {
        ValueExtent(
            bytes: max(bytes, other.bytes), elements: max(elements, other.elements),
            members: max(members, other.members))
    }
}

/// A step into a value, where not every element has to be told apart.
enum SchemaStep: Hashable, Sendable {
    case member(String)
    /// Any element of an array.
    case element
}

extension CompiledSchema {
    /// How large what stands at a place in a value can be, as far as the schema says by `maxLength`, `maxItems`,
    /// `maxProperties`, `enum`, `const` and `type`. References are followed.
    func extent(at place: [SchemaStep]) -> ValueExtent {
        var reader = ExtentReader(schema: self, place: place)
        return reader.extent(root, from: 0)
    }
}

/// One question, with the answers that have been found on the way.
private struct ExtentReader {
    private struct Question: Hashable {
        let schema: SchemaReference
        let step: Int
    }

    let schema: CompiledSchema
    let place: [SchemaStep]
    private var answers: [Question: ValueExtent] = [:]

    init(schema: CompiledSchema, place: [SchemaStep]) {
        self.schema = schema
        self.place = place
    }

    mutating func extent(_ reference: SchemaReference, from step: Int) -> ValueExtent {
        let reference = schema.program.answering(for: reference)
        if schema.isNever(reference) { return .none }
        let question = Question(schema: reference, step: step)
        if let answer = answers[question] { return answer }
        // What asks for itself is open until it is answered.
        answers[question] = ValueExtent()
        let outline = schema.outline(of: reference)
        var extent = step < place.count ? self.extent(place[step], outline, step) : Self.own(outline)
        for part in outline.all { extent = extent.intersection(self.extent(part, from: step)) }
        for group in outline.any {
            extent = extent.intersection(group.reduce(.none) { $0.union(self.extent($1, from: step)) })
        }
        answers[question] = extent
        return extent
    }

    private mutating func extent(_ next: SchemaStep, _ outline: SchemaOutline, _ step: Int) -> ValueExtent {
        switch next {
        case .member(let name):
            guard outline.types.contains(.object) else { return .none }
            return outline.schemas(ofMember: name)
                .reduce(ValueExtent()) { $0.intersection(self.extent($1, from: step + 1)) }
        case .element:
            guard outline.types.contains(.array), outline.maximumElements > 0 else { return .none }
            let prefix = outline.prefix.reduce(ValueExtent.none) { $0.union(self.extent($1, from: step + 1)) }
            guard outline.maximumElements > outline.prefix.count else { return prefix }
            return prefix.union(outline.rest.map { self.extent($0, from: step + 1) } ?? ValueExtent())
        }
    }

    /// What the schema object itself says.
    private static func own(_ outline: SchemaOutline) -> ValueExtent {
        // A code point has four bytes at the most.
        let bytes = outline.maximumCharacters == .max ? .infinity : Double(outline.maximumCharacters) * 4
        let elements = outline.maximumElements == .max ? .infinity : Double(outline.maximumElements)
        let members = outline.maximumMembers == .max ? .infinity : Double(outline.maximumMembers)
        let extent = ValueExtent(
            bytes: outline.types.contains(.string) ? bytes : 0,
            elements: outline.types.contains(.array) ? elements : 0,
            members: outline.types.contains(.object) ? members : 0)
        return outline.constants.reduce(extent) { extent, values in
            extent.intersection(values.reduce(.none) { $0.union(Self.of(value: $1)) })
        }
    }

    private static func of(value: JSON) -> ValueExtent {
        var extent = ValueExtent.none
        switch value {
        case .string(let text): extent.bytes = Double(text.utf8.count)
        case .array(let elements): extent.elements = Double(elements.count)
        case .object(let members): extent.members = Double(members.count)
        case .null, .bool, .integer, .number: break
        }
        return extent
    }
}
