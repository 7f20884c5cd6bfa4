import Diagnostics
import Manifests
import StrictJSON

/// One operation, as a tool needs to know it.
struct Operation {
    var name: String
    var method: String
    var path: String
    var title: String?
    var description: String
    var parameters: [Parameter] = []
    var body: Body?
    var credential: Credential?
    /// Where it stands in the description.
    var place: Located
    var key: String

    struct Parameter {
        enum Place: String { case path, query, header, cookie }
        var name: String
        var place: Place
        var isRequired: Bool
        var schema: JSON
    }

    struct Body {
        var contentType: String
        var isRequired: Bool
        var schema: JSON
    }

    /// What a security scheme asks for, and where it goes.
    struct Credential {
        var scheme: String
        var scopes: [String]
        /// Nil: `Authorization: Bearer`.
        var header: String?
    }
}

/// Reads the operations of a description.
struct OperationReader {
    var description: Description
    /// Only these, by their names; empty: all.
    let wanted: Set<String>

    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch"]

    mutating func operations() -> [Operation] {
        var found: [Operation] = []
        var names: [String: Int] = [:]
        var known: [String] = []
        for member in description.root["paths"]?.entries ?? [] where !member.key.hasPrefix("x-") {
            guard let item = description.resolve(member.value, "paths.\(member.key)") else { continue }
            for entry in item.entries where Self.methods.contains(entry.key) || entry.key == "trace" {
                let key = "paths.\(member.key).\(entry.key)"
                let name = Self.name(entry.value["operationId"]?.text ?? "\(entry.key) \(member.key)")
                known.append(name)
                guard wanted.isEmpty || wanted.contains(name) else { continue }
                if let first = names.updateValue(entry.keyPosition.line, forKey: name) {
                    description.refuse(entry.value, key, "`\(name)` is the name of the operation in line \(first) too")
                    continue
                }
                if let operation = read(entry, name, member.key, item, key) { found.append(operation) }
            }
        }
        let paths = description.root["paths"] ?? description.root
        if known.isEmpty, description.problems.isEmpty { description.refuse(paths, "paths", "there is no operation") }
        for name in wanted.subtracting(known).sorted() where !known.isEmpty {
            description.refuse(
                paths, "paths", "there is no operation \(VisibleText.quoted(name))",
                (Nearest.match(name, among: known).map { "did you mean \(VisibleText.quoted($0))? " } ?? "")
                    + "there \(known.count == 1 ? "is" : "are") \(VisibleText.list(known.sorted(), conjunction: "and", limit: 24))"
            )
        }
        return found
    }

    private mutating func read(
        _ entry: Located.Member, _ name: String, _ path: String, _ item: Located, _ key: String
    ) -> Operation? {
        let count = description.problems.count
        let operation = entry.value
        if entry.key == "trace" { description.refuse(operation, key, "TRACE is no method that a tool may use") }
        for place in [item["servers"], operation["servers"]].compactMap(\.self) {
            description.refuse(place, key, "servers of one path or operation are not read", "give `--server URL`")
        }
        let summary = operation["summary"]?.text ?? item["summary"]?.text
        var result = Operation(
            name: name, method: entry.key.uppercased(), path: path, title: summary,
            description: operation["description"]?.text ?? summary ?? "\(entry.key.uppercased()) \(path)",
            place: operation, key: key)
        result.parameters = parameters(operation, item, key)
        check(path, result.parameters, at: operation, key)
        if let body = operation["requestBody"] { result.body = self.body(body, "\(key).requestBody") }
        if result.body != nil, let clash = result.parameters.first(where: { $0.name == "body" }) {
            description.refuse(operation, key, "a parameter is called `\(clash.name)`, as the request's body is")
        }
        result.credential = credential(operation["security"] ?? description.root["security"], operation, key)
        return description.problems.count == count ? result : nil
    }

    // MARK: parameters

    private mutating func parameters(_ operation: Located, _ item: Located, _ key: String) -> [Operation.Parameter] {
        var found: [Operation.Parameter] = []
        for (source, name) in [(operation, key), (item, key)] {
            for element in source["parameters"]?.list ?? [] {
                guard let place = description.resolve(element, "\(name).parameters"),
                    let parameter = parameter(place, "\(name).parameters")
                else { continue }
                // One of the operation stands for one of the path.
                if found.contains(where: { $0.name == parameter.name && $0.place == parameter.place }) { continue }
                if found.contains(where: { $0.name == parameter.name }) {
                    description.refuse(
                        place, "\(name).parameters", "two parameters are called \(VisibleText.quoted(parameter.name))")
                }
                found.append(parameter)
            }
        }
        return found
    }

    private mutating func parameter(_ place: Located, _ key: String) -> Operation.Parameter? {
        guard let name = place["name"]?.text, !name.isEmpty, let word = place["in"]?.text else {
            description.refuse(place, key, "a parameter needs `name` and `in`")
            return nil
        }
        let key = "\(key).\(name)"
        let isRequired = place["required"]?.json == true
        guard let kind = Operation.Parameter.Place(rawValue: word) else {
            description.refuse(place, key, "a parameter in \(VisibleText.quoted(word)) cannot be sent")
            return nil
        }
        let usual = kind == .query || kind == .cookie ? "form" : "simple"
        // RFC 6265, 4.1.1: other names end where they are not meant to.
        if kind == .cookie,
            !name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) })
        {
            description.refuse(place, key, "\(VisibleText.quoted(name)) is no name of a cookie")
        }
        for (word, expected) in [("style", JSON.string(usual)), ("allowReserved", false)] {
            guard let found = place[word], found.json != expected else { continue }
            description.refuse(
                found, "\(key).\(word)",
                "`\(word): \(found.json.encodedString())` cannot be sent; `\(expected.encodedString())` can")
        }
        if let explode = place["explode"], kind == .query, explode.json == false {
            description.refuse(explode, "\(key).explode", "lists are sent as the name again and again only")
        }
        if let content = place["content"] {
            description.refuse(content, "\(key).content", "a parameter with a content of its own cannot be sent")
            return nil
        }
        guard let schema = place["schema"] else {
            description.refuse(place, key, "the parameter has no `schema`")
            return nil
        }
        guard case .object(var converted)? = SchemaConversion.convert(schema, "\(key).schema", in: &description) else {
            return nil
        }
        if Self.isStructured(converted, allowsLists: kind == .query) {
            description.refuse(
                schema, "\(key).schema",
                "the parameter is no text, number, true or false"
                    + (kind == .query ? ", or list of them" : ""))
        }
        if let text = place["description"]?.text, converted["description"] == nil {
            converted["description"] = .string(text)
        }
        if kind == .path, converted["type"] == "string", converted["pattern"] == nil, converted["enum"] == nil {
            converted["pattern"] = "^[^/\\\\]+$"
        }
        return Operation.Parameter(
            name: name, place: kind, isRequired: isRequired || kind == .path, schema: .object(converted))
    }

    private static func isStructured(_ schema: JSONObject, allowsLists: Bool) -> Bool {
        switch schema["type"]?.stringValue {
        case "object": return true
        case "array":
            guard allowsLists, case .object(let items)? = schema["items"] else { return true }
            return isStructured(items, allowsLists: false)
        default: return schema["properties"] != nil
        }
    }

    private mutating func check(_ path: String, _ parameters: [Operation.Parameter], at place: Located, _ key: String) {
        var inPath: [String] = []
        var rest = path[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            inPath.append(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        let given = parameters.filter { $0.place == .path }.map(\.name)
        for name in inPath where !given.contains(name) {
            description.refuse(place, key, "the path has `{\(name)}`, and no parameter says what that is")
        }
        for name in given where !inPath.contains(name) {
            description.refuse(place, key, "the parameter \(VisibleText.quoted(name)) is not in the path")
        }
        for name in given
        where !name.utf8.allSatisfy({
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
        }) {
            description.refuse(
                place, key, "the parameter \(VisibleText.quoted(name)) has a name that no grant can name")
        }
    }

    // MARK: bodies and security

    private mutating func body(_ place: Located, _ key: String) -> Operation.Body? {
        guard let body = description.resolve(place, key) else { return nil }
        let kinds = body["content"]?.entries ?? []
        func isJSON(_ kind: String) -> Bool { kind == "application/json" || kind.hasSuffix("+json") }
        guard let chosen = kinds.first(where: { isJSON($0.key) }) ?? kinds.first(where: { $0.key.hasPrefix("text/") })
        else {
            description.refuse(
                body, "\(key).content",
                "a body of \(kinds.map { VisibleText.quoted($0.key) }.joined(separator: ", ")) cannot be sent: JSON and text can"
            )
            return nil
        }
        let schema: JSON?
        if isJSON(chosen.key) {
            schema =
                chosen.value["schema"].flatMap {
                    SchemaConversion.convert($0, "\(key).content.\(chosen.key).schema", in: &description)
                } ?? [:]
        } else {
            schema = ["type": "string"]
        }
        return schema.map {
            Operation.Body(contentType: chosen.key, isRequired: body["required"]?.json == true, schema: $0)
        }
    }

    private mutating func credential(_ security: Located?, _ operation: Located, _ key: String) -> Operation.Credential?
    {
        let choices = security?.list ?? []
        guard !choices.isEmpty, !choices.contains(where: { $0.entries.isEmpty }) else { return nil }
        var reasons: [String] = []
        for choice in choices {
            guard choice.entries.count == 1, let scheme = choice.entries.first else {
                reasons.append("two schemes at once")
                continue
            }
            guard let place = description.root["components"]?["securitySchemes"]?[scheme.key],
                let found = description.resolve(place, "components.securitySchemes.\(scheme.key)")
            else {
                reasons.append("the scheme \(VisibleText.quoted(scheme.key)) is not described")
                continue
            }
            let scopes = scheme.value.list.compactMap(\.text)
            switch (found["type"]?.text, found["scheme"]?.text?.lowercased(), found["in"]?.text) {
            case ("http", "bearer", _), ("oauth2", _, _), ("openIdConnect", _, _):
                return Operation.Credential(scheme: scheme.key, scopes: scopes, header: nil)
            case ("apiKey", _, "header"):
                if let header = found["name"]?.text {
                    return Operation.Credential(scheme: scheme.key, scopes: scopes, header: header)
                }
                reasons.append("a key without the name of its header")
            case (let type, let word, let place):
                reasons.append([type, word, place].compactMap(\.self).joined(separator: " "))
            }
        }
        description.refuse(
            security ?? operation, "\(key).security",
            "no credential of the broker's fits it (\(reasons.joined(separator: "; ")))",
            "tokens and keys in a header can be put in")
        return nil
    }

    /// A name of a tool's last part.
    static func name(_ text: String) -> String {
        var result = ""
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber {
                // `listRepos` and `list_repos` read alike.
                if character.isUppercase, result.last?.isLowercase == true { result.append("-") }
                result += character.lowercased()
            } else if result.last != "-", !result.isEmpty {
                result.append("-")
            }
        }
        while result.last == "-" { result.removeLast() }
        guard let first = result.first, first.isLetter else { return "operation-\(result)" }
        return String(result.prefix(48))
    }
}
