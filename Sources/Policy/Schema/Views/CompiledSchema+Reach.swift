import StrictJSON

extension CompiledSchema {
    /// False only if no valid value has anything at the pointer: what the schema leaves open, a value can have.
    /// References are followed.
    package func canHave(_ pointer: [String]) -> Bool {
        var reach = SchemaReach(schema: self, pointer: pointer)
        return reach.canHave(root, from: 0)
    }

    /// The names that the schema gives to members of what is at the pointer, for suggestions.
    package func memberNames(at pointer: [String]) -> [String] {
        var reach = SchemaReach(schema: self, pointer: pointer)
        reach.collectNames(root, from: 0)
        return reach.names
    }
}

/// One question about what the values of a schema can have at a pointer.
private struct SchemaReach {
    /// A schema, and how many of the pointer's tokens lead to what it is asked about.
    private struct Place: Hashable {
        let schema: SchemaReference
        let token: Int
    }

    private let schema: CompiledSchema
    private let pointer: [String]
    private var answers: [Place: Bool] = [:]
    private var visited: Set<Place> = []
    private(set) var names: [String] = []

    init(schema: CompiledSchema, pointer: [String]) {
        self.schema = schema
        self.pointer = pointer
    }

    // MARK: Possible

    mutating func canHave(_ reference: SchemaReference, from token: Int) -> Bool {
        let place = Place(schema: reference, token: token)
        if let answer = answers[place] { return answer }
        // What asks for itself is open until it is answered.
        answers[place] = true
        let answer = !schema.isNever(reference) && canHave(schema.outline(of: reference), from: token)
        answers[place] = answer
        return answer
    }

    private mutating func canHave(_ outline: SchemaOutline, from token: Int) -> Bool {
        for part in outline.all where !canHave(part, from: token) { return false }
        for group in outline.any where !group.contains(where: { canHave($0, from: token) }) { return false }
        guard token < pointer.count else { return true }
        let rest = Array(pointer[token...])
        for list in outline.constants where !list.contains(where: { $0.value(at: rest) != nil }) { return false }
        // A token is a member's name or an element's place; the types say which it can be.
        return outline.types.contains(.object) && canHaveMember(pointer[token], outline, token)
            || outline.types.contains(.array) && canHaveElement(pointer[token], outline, token)
    }

    private mutating func canHaveMember(_ name: String, _ outline: SchemaOutline, _ token: Int) -> Bool {
        if let names = outline.names, schema.isNever(names) { return false }
        let said = outline.schemas(ofMember: name)
        guard said.isEmpty else { return said.allSatisfy { canHave($0, from: token + 1) } }
        guard let unevaluated = outline.unevaluatedMembers else { return true }
        var seen: Set<SchemaReference> = []
        return evaluates(member: name, outline, &seen) || canHave(unevaluated, from: token + 1)
    }

    private mutating func canHaveElement(_ place: String, _ outline: SchemaOutline, _ token: Int) -> Bool {
        guard let index = Int(place), index >= 0, index < outline.maximumElements else { return false }
        return outline.schema(ofElement: index).map { canHave($0, from: token + 1) } ?? true
    }

    /// Whether a schema of the same value may evaluate the member, which `unevaluatedProperties` then leaves alone.
    private func evaluates(
        member name: String, _ outline: SchemaOutline, _ seen: inout Set<SchemaReference>
    ) -> Bool {
        for part in outline.all + outline.any.joined() + outline.perhaps where seen.insert(part).inserted {
            let part = schema.outline(of: part)
            if !part.schemas(ofMember: name).isEmpty || part.unevaluatedMembers != nil { return true }
            if evaluates(member: name, part, &seen) { return true }
        }
        return false
    }

    // MARK: Names

    mutating func collectNames(_ reference: SchemaReference, from token: Int) {
        guard visited.insert(Place(schema: reference, token: token)).inserted else { return }
        let outline = schema.outline(of: reference)
        if token == pointer.count {
            names += outline.named.keys.map(\.text)
        } else {
            for member in outline.schemas(ofMember: pointer[token]) { collectNames(member, from: token + 1) }
            if let index = Int(pointer[token]), index >= 0, let element = outline.schema(ofElement: index) {
                collectNames(element, from: token + 1)
            }
        }
        for part in outline.all + outline.any.joined() + outline.perhaps { collectNames(part, from: token) }
    }
}
