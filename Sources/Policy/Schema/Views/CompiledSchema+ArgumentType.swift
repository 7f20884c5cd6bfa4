import StrictJSON

extension CompiledSchema {
    /// What the schema says of a call's arguments, which are always an object. References are followed; a schema within
    /// itself is `any` there, and so is what lies deeper than `ArgumentTyping.maximumDepth` or would make the whole larger
    /// than `ArgumentTyping.maximumSize`.
    package func argumentType() -> ArgumentType {
        var typing = ArgumentTyping(schema: self)
        return typing.type(of: root, within: .object)
    }

    /// The type at a JSON pointer into the arguments, as reference tokens; nil if no call has anything there.
    package func argumentType(at pointer: [String]) -> ArgumentType? {
        argumentType().type(at: pointer)
    }
}

/// Works out the types of one schema.
struct ArgumentTyping {
    static let maximumDepth = 16
    static let maximumSize = 4_096

    private struct Question: Hashable {
        let schema: SchemaReference
        let kinds: SchemaTypes
    }

    private let schema: CompiledSchema
    private var known: [Question: ArgumentType] = [:]
    private var admitted: [SchemaReference: SchemaTypes] = [:]
    private var depth = 0

    init(schema: CompiledSchema) { self.schema = schema }

    /// The type of those values of the schema that are of the kinds.
    mutating func type(of reference: SchemaReference, within limit: SchemaTypes) -> ArgumentType {
        let kinds = kinds(of: reference).intersection(limit)
        let question = Question(schema: reference, kinds: kinds)
        if let type = known[question] { return type }
        guard depth < Self.maximumDepth else { return .any }
        depth += 1
        defer { depth -= 1 }
        // What asks for itself while it is worked out is a schema within itself.
        known[question] = .any
        let type = make(schema.outline(of: reference), kinds)
        // INVARIANT: a type is small, however often its parts share schemas: those who walk it need no bound.
        known[question] = type.size(limit: Self.maximumSize) < Self.maximumSize ? type : .any
        return known[question] ?? .any
    }

    private mutating func make(_ outline: SchemaOutline, _ kinds: SchemaTypes) -> ArgumentType {
        var type = own(outline, kinds)
        for part in outline.all { type = type.intersection(self.type(of: part, within: kinds)) }
        for group in outline.any {
            // A branch that none of the kinds fits says nothing.
            let branches = group.filter { !self.kinds(of: $0).isDisjoint(with: kinds) }
            let types = branches.map { self.type(of: $0, within: kinds) }
            guard let first = types.first else { continue }
            type = type.intersection(types.dropFirst().reduce(first) { $0.union($1) })
        }
        if let rest = outline.unevaluatedMembers, schema.isNever(rest) { type = closed(type, outline) }
        return type
    }

    /// What the schema object itself says, without the schemas that it applies to the same value.
    private mutating func own(_ outline: SchemaOutline, _ kinds: SchemaTypes) -> ArgumentType {
        switch kinds {
        case .null: return .null
        case .boolean: return .boolean
        case .integer: return .integer
        case .number, SchemaTypes.number.subtracting(.integer): return .number
        case .string: return .string
        case .array: return .array(element(outline))
        case .object: return object(outline)
        default: return .any
        }
    }

    private mutating func element(_ outline: SchemaOutline) -> ArgumentType {
        var types = outline.prefix.map { type(of: $0, within: .all) }
        if outline.maximumElements > outline.prefix.count {
            guard let rest = outline.rest ?? outline.unevaluatedElements else { return .any }
            if !schema.isNever(rest) { types.append(type(of: rest, within: .all)) }
        }
        guard let first = types.first else { return .any }
        return types.dropFirst().reduce(first) { $0.union($1) }
    }

    private mutating func object(_ outline: SchemaOutline) -> ArgumentType {
        var members: [String: ArgumentType] = [:]
        for name in outline.named.keys {
            let types = outline.schemas(ofMember: name.text).filter { !schema.isNever($0) }
                .map { self.type(of: $0, within: .all) }
            guard let first = types.first else { continue }
            let type = types.dropFirst().reduce(first) { $0.intersection($1) }
            // `String` takes two spellings of one character for the same name, and a value may have either.
            members[name.text] = members[name.text] == nil ? type : .any
        }
        let isOpen = outline.additional.map { !schema.isNever($0) } ?? true
        return .object(
            members, isOpen: isOpen || !outline.patterns.isEmpty, required: Set(outline.required.map(\.text)))
    }

    // MARK: Kinds

    /// The kinds that the schema's values can have. Not followed into itself: what is asked already is open.
    private mutating func kinds(of reference: SchemaReference) -> SchemaTypes {
        if let known = admitted[reference] { return known }
        admitted[reference] = .all
        let outline = schema.outline(of: reference)
        var result: SchemaTypes = schema.isNever(reference) ? [] : outline.types
        for list in outline.constants {
            result.formIntersection(list.reduce(into: []) { $0.formUnion(SchemaTypes($1)) })
        }
        for part in outline.all { result.formIntersection(kinds(of: part)) }
        for group in outline.any {
            result.formIntersection(group.reduce(into: []) { $0.formUnion(kinds(of: $1)) })
        }
        admitted[reference] = result
        return result
    }

    // MARK: Unevaluated members

    /// The type without other members than those that the schemas of the same value name.
    private func closed(_ type: ArgumentType, _ outline: SchemaOutline) -> ArgumentType {
        guard case .object(var members, _, let required) = type else { return type }
        var names: Set<TextKey> = Set(outline.named.keys)
        var seen: Set<SchemaReference> = []
        guard outline.patterns.isEmpty, outline.additional == nil,
            collect(outline.all + outline.any.joined() + outline.perhaps, &names, &seen)
        else { return type }
        for name in names where members[name.text] == nil { members[name.text] = .any }
        return .object(members, isOpen: false, required: required)
    }

    /// False if one of the schemas evaluates members that it does not name.
    private func collect(
        _ references: [SchemaReference], _ names: inout Set<TextKey>, _ seen: inout Set<SchemaReference>
    ) -> Bool {
        for reference in references where seen.insert(reference).inserted {
            let outline = schema.outline(of: reference)
            guard outline.patterns.isEmpty, outline.additional == nil, outline.unevaluatedMembers == nil else {
                return false
            }
            names.formUnion(outline.named.keys)
            guard collect(outline.all + outline.any.joined() + outline.perhaps, &names, &seen) else { return false }
        }
        return true
    }
}
