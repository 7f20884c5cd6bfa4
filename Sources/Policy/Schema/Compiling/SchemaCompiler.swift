import Diagnostics
import StrictJSON

/// One compilation under way: the schemas so far, where it stands, and everything that is wrong.
struct SchemaCompiler {
    /// Schemas within schemas.
    static let maximumDepth = 64
    /// Values of all kinds in one schema: keywords, names, members of `enum`.
    static let maximumValues = 50_000

    private static let families: [any KeywordFamily.Type] = [
        TypeKeywords.self, NumberKeywords.self, StringKeywords.self, ArrayKeywords.self, ContainsKeywords.self,
        ObjectKeywords.self, MemberKeywords.self, CompositionKeywords.self, ConditionalKeywords.self,
        AnnotationKeywords.self,
    ]
    private static let known: Set<String> = families.reduce(into: []) { $0.formUnion($1.keywords) }

    private(set) var nodes: [SchemaNode] = []
    private(set) var problems: [PolicyProblem] = []
    private(set) var pointer: [String] = []
    private var depth = 0
    private var patterns = PatternBudget()

    var isRoot: Bool { pointer.isEmpty }

    // MARK: Schemas

    mutating func compile(_ schema: JSON) -> SchemaReference {
        depth += 1
        defer { depth -= 1 }
        // The place is taken first: a keyword may come to name the schema that it stands in.
        let reference = SchemaReference(index: nodes.count)
        nodes.append(.never)
        guard depth <= Self.maximumDepth else {
            refuse("schema-too-deep", "schemas nest deeper than \(Self.maximumDepth)")
            return reference
        }
        switch schema {
        case .bool(let allowed):
            nodes[reference.index] = allowed ? .always : .never
        case .object(let members):
            refuseUnknownKeywords(of: members)
            var keywords: [any SchemaKeyword] = []
            for family in Self.families { keywords += family.compile(members, &self) }
            nodes[reference.index] = keywords.isEmpty ? .always : .keywords(keywords)
        default:
            refuse("not-a-schema", "expected a schema (an object, true or false), found \(schema.kind)")
        }
        return reference
    }

    /// The schema beneath a keyword of the present one.
    mutating func compile(_ schema: JSON, at tokens: String...) -> SchemaReference {
        pointer += tokens
        defer { pointer.removeLast(tokens.count) }
        return compile(schema)
    }

    private mutating func refuseUnknownKeywords(of members: JSONObject) {
        for (keyword, _) in members where !Self.known.contains(keyword) {
            refuse(
                at: keyword, "unknown-keyword", "the keyword \(VisibleText.quoted(keyword)) is not implemented",
                remedy: "say the same without \(VisibleText.quoted(keyword)); no keyword is ignored")
        }
    }

    // MARK: Reports

    mutating func refuse(at keyword: String? = nil, _ code: String, _ message: String, remedy: String? = nil) {
        problems.append(
            PolicyProblem(
                code, pointer: Pointer.text(pointer + (keyword.map { [$0] } ?? [])), message, remedy: remedy))
    }

    mutating func refuseOperand(_ keyword: String, expected: String, found: JSON) {
        refuse(at: keyword, "bad-operand", "\(VisibleText.quoted(keyword)) has to be \(expected), found \(found.kind)")
    }

    // MARK: Operands

    /// A count: a whole number that is not negative.
    mutating func count(_ keyword: String, of schema: JSONObject) -> Int? {
        guard let operand = schema[keyword] else { return nil }
        if let number = ExactNumber(operand), number.isIntegral, .integer(0) <= number, number <= .integer(.max) {
            switch number {
            case .integer(let integer): return Int(integer)
            case .double(let double): if let integer = Int(exactly: double) { return integer }
            }
        }
        refuseOperand(keyword, expected: "a whole number that is not negative", found: operand)
        return nil
    }

    /// An array of texts of which no two are the same.
    mutating func names(_ operand: JSON, at keyword: String) -> [String] {
        guard let array = operand.arrayValue else {
            refuseOperand(keyword, expected: "an array of strings", found: operand)
            return []
        }
        var names: [String] = []
        var seen: Set<TextKey> = []
        for element in array {
            guard let name = element.stringValue, seen.insert(TextKey(name)).inserted else {
                refuse(at: keyword, "bad-operand", "\(VisibleText.quoted(keyword)) has to hold strings, each once")
                return []
            }
            names.append(name)
        }
        return names
    }

    /// A regular expression of ECMA-262.
    mutating func pattern(_ text: String, at tokens: String...) -> RegularExpression? {
        do throws(PatternRefusal) {
            return try patterns.expression(try ECMAPattern.re2(text))
        } catch {
            problems.append(
                PolicyProblem(
                    "bad-pattern", pointer: Pointer.text(pointer + tokens),
                    "the pattern \(VisibleText.quoted(text)) \(error.reason)"))
            return nil
        }
    }

    // MARK: Size

    /// Refuses a schema that is too large, before anything is built from it.
    mutating func checkSize(of schema: JSON) {
        var values = 0
        var stack = [schema]
        while let value = stack.popLast() {
            values += 1
            guard values <= Self.maximumValues else {
                return refuse("schema-too-large", "the schema holds more than \(Self.maximumValues) values")
            }
            switch value {
            case .array(let elements): stack += elements
            case .object(let members): for (_, member) in members { stack.append(member) }
            default: break
            }
        }
    }
}
