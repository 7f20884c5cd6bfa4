import Diagnostics
import StrictJSON

/// One compilation under way: the schemas so far, where it stands, and everything that is wrong.
///
/// A schema is compiled once for each place where it stands; references are then numbers. Those to places that were not
/// compiled yet wait in a queue, so that the depth of the work is that of the text, not that of the references.
struct SchemaCompiler {
    /// Schemas within schemas.
    static let maximumDepth = 64
    /// References in all schemas that are compiled.
    static let maximumReferences = 10_000

    static let families: [any KeywordFamily.Type] = [
        TypeKeywords.self, NumberKeywords.self, StringKeywords.self, FormatKeywords.self, ObjectKeywords.self,
        ArrayKeywords.self, ContainsKeywords.self, MemberKeywords.self, ReferenceKeywords.self,
        CompositionKeywords.self, ConditionalKeywords.self, DependencyKeywords.self, ContentKeywords.self,
        AnnotationKeywords.self, IdentifierKeywords.self, UnevaluatedKeywords.self,
    ]

    let options: SchemaOptions
    var library: SchemaLibrary
    var nodes: [SchemaNode] = []
    /// For each node the resource that it lies in.
    var resources: [Int] = []
    /// For each node its place, for messages about schemas that refer to each other.
    var nodePlaces: [SchemaPlace] = []
    var dynamicAnchors = DynamicAnchors()
    /// Pointers to keywords that nobody knows, where those are allowed.
    private(set) var unknownKeywords: [String] = []

    private var byPlace: [SchemaPlace: SchemaReference] = [:]
    private var begun: Set<SchemaReference> = []
    private var waiting: [SchemaTarget] = []
    private var references = 0
    private var depth = 0
    private var patterns = PatternBudget()

    // Where the compiler stands.
    private(set) var place: SchemaPlace
    private(set) var resource: Int

    /// Takes in the schema; nil, and problems, if it is too large.
    init(_ schema: JSON, options: SchemaOptions) throws(PolicyError) {
        self.options = options
        var library = SchemaLibrary(documents: options.documents)
        let target = library.add(schema, uri: "", dialect: .draft2020)
        if let error = library.problems.error { throw error }
        self.library = library
        place = target?.place ?? SchemaPlace(index: 0)
        resource = target?.resource ?? 0
    }

    var dialect: SchemaDialect { library.resources[resource].dialect }

    /// True where a resource starts: `$schema` may stand here.
    var isResourceRoot: Bool { library.resource(at: place) != nil }

    // MARK: Schemas

    /// Compiles the schema at the present place.
    mutating func compile(_ schema: JSON) -> SchemaReference {
        depth += 1
        let outer = resource
        defer {
            depth -= 1
            resource = outer
        }
        resource = library.resource(at: place) ?? resource
        let reference = reference(to: place, resource)
        guard begun.insert(reference).inserted else { return reference }
        guard depth <= Self.maximumDepth else {
            refuse("schema-too-deep", "schemas nest deeper than \(Self.maximumDepth)")
            return reference
        }
        switch schema {
        case .bool(let allowed):
            nodes[reference.index] = allowed ? .always : .never
        case .object(let members):
            nodes[reference.index] = node(recognised(members))
        default:
            refuse("not-a-schema", "expected a schema (an object, true or false), found \(schema.kind)")
        }
        return reference
    }

    private mutating func node(_ members: JSONObject) -> SchemaNode {
        var keywords: [any SchemaKeyword] = []
        for family in Self.families { keywords += family.compile(members, &self) }
        if keywords.isEmpty { return .always }
        let tracks = keywords.contains { $0 is UnevaluatedMembersKeyword || $0 is UnevaluatedElementsKeyword }
        return tracks ? .tracking(keywords) : .keywords(keywords)
    }

    /// The schema beneath a keyword of the present one.
    mutating func compile(_ schema: JSON, at tokens: String...) -> SchemaReference {
        let outer = place
        defer { place = outer }
        for token in tokens { place = library.places.child(token, of: place) }
        return compile(schema)
    }

    /// The number of the schema at a place, whether it was compiled or not.
    private mutating func reference(to place: SchemaPlace, _ resource: Int) -> SchemaReference {
        if let known = byPlace[place] { return known }
        let reference = SchemaReference(index: nodes.count)
        nodes.append(.never)
        resources.append(resource)
        nodePlaces.append(place)
        byPlace[place] = reference
        return reference
    }

    // MARK: References

    /// What a reference of the present schema leads to.
    mutating func resolve(_ text: String, at keyword: String) -> SchemaTarget? {
        references += 1
        guard references <= Self.maximumReferences else {
            refuse(at: keyword, "too-many-references", "there are more than \(Self.maximumReferences) references")
            return nil
        }
        do throws(ReferenceRefusal) {
            return try library.resolve(text, from: resource)
        } catch {
            refuse(
                at: keyword, "bad-reference", "the reference \(VisibleText.quoted(text)) \(error.reason)",
                remedy: error.remedy)
            return nil
        }
    }

    /// The number of a schema that is compiled now or later.
    mutating func reference(to target: SchemaTarget) -> SchemaReference {
        let reference = reference(to: target.place, target.resource)
        if !begun.contains(reference) { waiting.append(target) }
        return reference
    }

    /// Compiles what references lead to, until there is nothing more.
    mutating func compileWaiting() {
        while let target = waiting.popLast(), !library.problems.isFull {
            place = target.place
            resource = target.resource
            _ = compile(target.schema)
        }
    }

    // MARK: Keywords

    /// The keywords that the schema's dialect has. Others are refused or noted.
    private mutating func recognised(_ members: JSONObject) -> JSONObject {
        let dialect = dialect
        // Draft-07: what stands beside a `$ref` says nothing (Core, 8.3).
        if dialect.draft == .draft7, let reference = members["$ref"] { return ["$ref": reference] }
        var unknown: [String] = []
        for (keyword, _) in members where !dialect.keywords.contains(keyword) { unknown.append(keyword) }
        guard !unknown.isEmpty else { return members }
        switch options.unknownKeywords {
        case .annotate:
            for keyword in unknown.prefix(SchemaProblems.maximum - min(SchemaProblems.maximum, unknownKeywords.count)) {
                unknownKeywords.append(library.places.pointer(to: place) + Pointer.text([keyword]))
            }
        case .refuse:
            for keyword in unknown where !library.problems.isFull {
                let nearest = NearestName.of(keyword, among: Array(dialect.keywords))
                refuse(
                    at: keyword, "unknown-keyword", "the keyword \(VisibleText.quoted(keyword)) is not implemented",
                    remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                        ?? "say the same without \(VisibleText.quoted(keyword)); no keyword is ignored")
            }
        }
        let names = Set(unknown.map(TextKey.init))
        return JSONObject(uniqueMembers: members.lazy.filter { !names.contains(TextKey($0.key)) })
    }

    /// A regular expression of ECMA-262.
    mutating func pattern(_ text: String, at tokens: String...) -> RegularExpression? {
        do throws(PatternRefusal) {
            return try patterns.expression(try ECMAPattern.re2(text))
        } catch {
            library.report(
                "bad-pattern", at: place, tokens, "the pattern \(VisibleText.quoted(text)) \(error.reason)")
            return nil
        }
    }

    // MARK: Reports

    mutating func refuse(at keyword: String? = nil, _ code: String, _ message: String, remedy: String? = nil) {
        library.report(code, at: place, keyword.map { [$0] } ?? [], message, remedy: remedy)
    }

    mutating func refuseOperand(_ keyword: String, expected: String, found: JSON) {
        refuse(at: keyword, "bad-operand", "\(VisibleText.quoted(keyword)) has to be \(expected), found \(found.kind)")
    }
}
