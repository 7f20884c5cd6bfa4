import Diagnostics
import StrictJSON

/// The documents of one compilation: the schema itself, and those that its references lead to, each with the names in it.
struct SchemaLibrary {
    /// Values of all kinds in all documents: keywords, names, members of `enum`.
    static let maximumValues = 50_000

    let documents: SchemaDocuments
    var places = SchemaPlaces()
    var resources: [SchemaResource] = []
    var problems = SchemaProblems()
    /// By URI without a fragment: where it was taken from, and what its `$id` says.
    private var byURI: [TextKey: Int] = [:]
    /// Resources by the place of their root.
    private var byPlace: [SchemaPlace: Int] = [:]
    private var values = 0
    /// Places whose identifiers were taken in.
    var scanned: Set<SchemaPlace> = []

    init(documents: SchemaDocuments) { self.documents = documents }

    /// Takes in a document and returns its root; nil if it is too large.
    mutating func add(_ document: JSON, uri: String, dialect: SchemaDialect) -> SchemaTarget? {
        let place = places.addDocument(uri)
        guard count(document, at: place) else { return nil }
        let next = resources.count
        scanRoot(document, at: place, base: URIReference(uri), dialect: dialect)
        if byURI[TextKey(uri)] == nil { byURI[TextKey(uri)] = next }
        return SchemaTarget(place: place, schema: document, resource: next)
    }

    /// The resource whose root is at the place.
    func resource(at place: SchemaPlace) -> Int? { byPlace[place] }

    /// The number of a new resource.
    mutating func register(_ resource: SchemaResource) -> Int {
        let index = resources.count
        resources.append(resource)
        byPlace[resource.root] = index
        let key = TextKey(resource.base.document)
        if let other = byURI[key], resources[other].root != resource.root {
            report(
                "duplicate-identifier", at: resource.root, ["$id"],
                "\(VisibleText.quoted(key.text)) names two schemas")
        }
        byURI[key] = index
        return index
    }

    // MARK: References

    /// What a reference leads to from within a resource. Fetches nothing.
    mutating func resolve(_ text: String, from resource: Int) throws(ReferenceRefusal) -> SchemaTarget {
        let uri = try Self.absolute(text, resources[resource].base)
        let index = try load(uri, for: resource)
        let fragment = try PercentEncoding.decoded(uri.fragment ?? "")
        if fragment.isEmpty {
            let root = resources[index]
            return SchemaTarget(place: root.root, schema: root.schema, resource: index)
        }
        if fragment.utf8.first == UInt8(ascii: "/") { return try follow(fragment, from: index) }
        guard let target = resources[index].anchors[TextKey(fragment)] else {
            let names = resources[index].anchors.keys.map(\.text)
            let nearest = names.count < 256 ? NearestName.of(fragment, among: names) : nil
            throw ReferenceRefusal(
                "names an anchor that there is not",
                remedy: nearest.map { "did you mean \(VisibleText.quoted("#" + $0))?" })
        }
        return target
    }

    static func absolute(_ text: String, _ base: URIReference) throws(ReferenceRefusal) -> URIReference {
        guard text.utf8.count <= URIReference.maximumLength else {
            throw ReferenceRefusal("is longer than \(URIReference.maximumLength) bytes")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw ReferenceRefusal("holds a space or a control character")
        }
        return URIReference(text).resolved(against: base)
    }

    private mutating func load(_ uri: URIReference, for resource: Int) throws(ReferenceRefusal) -> Int {
        let name = uri.document
        if let known = byURI[TextKey(name)] { return known }
        guard let document = documents.document(at: name) else {
            throw ReferenceRefusal(
                "names \(VisibleText.quoted(name)), which is not at hand: nothing is fetched",
                remedy: "put that schema into `$defs`, with its `$id`")
        }
        guard let target = add(document, uri: name, dialect: resources[resource].dialect) else {
            throw ReferenceRefusal("names a document that is too large")
        }
        return target.resource
    }

    /// Goes along a JSON pointer from the root of a resource, into other resources where it leads there.
    private mutating func follow(_ pointer: String, from resource: Int) throws(ReferenceRefusal) -> SchemaTarget {
        var place = resources[resource].root
        var schema = resources[resource].schema
        var resource = resource
        for escaped in pointer.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let token = Pointer.unescaped(String(Substring(escaped))) else {
                throw ReferenceRefusal("holds a `~` that is not `~0` or `~1`")
            }
            guard let next = schema.value(at: [token]) else {
                throw ReferenceRefusal("leads to nothing: there is no \(VisibleText.quoted(token)) on its way")
            }
            schema = next
            place = places.child(token, of: place)
            resource = byPlace[place] ?? resource
        }
        let target = SchemaTarget(place: place, schema: schema, resource: resource)
        // Beneath a keyword that holds no schemas there are names only once a reference has made it one.
        scan(target)
        return target
    }

    // MARK: Problems

    mutating func report(
        _ code: String, at place: SchemaPlace, _ tokens: [String], _ message: String, remedy: String? = nil
    ) {
        guard !problems.isFull else { return }
        let pointer = places.pointer(to: place) + Pointer.text(tokens)
        problems.add(PolicyProblem(code, pointer: pointer, message, remedy: remedy))
    }

    // MARK: Size

    /// False, and a problem, if the documents together are too large.
    private mutating func count(_ document: JSON, at place: SchemaPlace) -> Bool {
        var stack = [document]
        while let value = stack.popLast() {
            values += 1
            guard values <= Self.maximumValues else {
                report(
                    "schema-too-large", at: place, [], "the schema holds more than \(Self.maximumValues) values")
                return false
            }
            switch value {
            case .array(let elements): stack += elements
            case .object(let members): for (_, member) in members { stack.append(member) }
            default: break
            }
        }
        return true
    }
}
