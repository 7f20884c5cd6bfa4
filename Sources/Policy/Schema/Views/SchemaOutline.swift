import StrictJSON

/// What a schema object says about the structure of its values, gathered from its keywords: for questions about the
/// schema that are not about one value. What no keyword speaks of is open.
struct SchemaOutline {
    var types = SchemaTypes.all
    /// The only values there are; each element is one keyword's list.
    var constants: [[JSON]] = []

    // MARK: Schemas of the same value

    /// All of these hold.
    var all: [SchemaReference] = []
    /// Of each group at least one holds.
    var any: [[SchemaReference]] = []
    /// These may hold, and then what they say of members and elements counts: conditions and dependent schemas.
    var perhaps: [SchemaReference] = []
    /// Ends of dynamic references: of each one holds, the initial one or one that another resource gives the name.
    var dynamic: [(anchor: Int, initial: SchemaReference)] = []
    /// This does not hold.
    var not: SchemaReference?

    // MARK: Members and elements

    var named: [TextKey: SchemaReference] = [:]
    var patterns: [(expression: RegularExpression, schema: SchemaReference)] = []
    /// Members that are neither named nor matched.
    var additional: SchemaReference?
    var unevaluatedMembers: SchemaReference?
    /// What the members' names have to be.
    var names: SchemaReference?
    var required: Set<TextKey> = []
    var prefix: [SchemaReference] = []
    /// Elements after the prefix.
    var rest: SchemaReference?
    var maximumElements = Int.max
    var maximumMembers = Int.max
    /// Of a text, in Unicode code points.
    var maximumCharacters = Int.max

    /// Every schema that may be asked about the same value.
    var inPlace: [SchemaReference] { all + any.joined() + perhaps + (not.map { [$0] } ?? []) }

    /// What the schema says of a member. Empty: nothing.
    func schemas(ofMember name: String) -> [SchemaReference] {
        var schemas = named[TextKey(name)].map { [$0] } ?? []
        for pattern in patterns where pattern.expression.matchesPart(of: name) { schemas.append(pattern.schema) }
        return schemas.isEmpty ? (additional.map { [$0] } ?? []) : schemas
    }

    func schema(ofElement index: Int) -> SchemaReference? {
        index < prefix.count ? prefix[index] : rest
    }
}
