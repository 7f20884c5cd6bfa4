import Diagnostics
import StrictJSON

/// An operation of an HTTP interface, as the words of a manifest's `command` say it, and the request that a call's
/// arguments make of it.
///
///     --method GET --base https://api.example.com/v1 --path /repos/{owner}/{repo}{/path} --query page
///     --join 'q={words}' --join 'q=repo:{owner}/{repo}' --header X-Trace=trace --fixed Accept=application/json
///     --body body --send-as application/json --cookie theme=theme --bearer TOKEN
///     --field title --field body=text
///
/// An argument in a path is one segment of it; `{/path}` is as many as it has, each behind a slash, or none if it is not
/// given. `--join` makes one parameter of several texts, without those of which an argument is not given. `--field` makes
/// the argument a member of a JSON object that is the body. What becomes of the answer say `AnswerWords`.
package struct OperationWords {
    private var method = "GET"
    private var base = ""
    private var path = ""
    private var query: [(argument: String, wire: String)] = []
    private var joined: [(wire: String, text: String)] = []
    private var fields: [(argument: String, wire: String)] = []
    package private(set) var answer = AnswerWords()
    private var headers: [(argument: String, wire: String)] = []
    private var cookies: [(argument: String, wire: String)] = []
    private var body: String?
    private var contentType = "application/json"
    private var fixed: [(name: String, value: String)] = []
    /// A variable whose value goes into a header, behind a word.
    private var credential: (header: String, prefix: String, variable: String)?

    /// - Parameter words: After the program's name.
    package init(_ words: [String]) throws(ToolError) {
        var rest = words[...]
        func wrong(_ word: String) -> ToolError {
            ToolError(
                .invalidArguments, "the manifest's command has a word that is not known: \(VisibleText.quoted(word))")
        }
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw wrong(option) }
            switch option {
            case "--method": method = value
            case "--base": base = value
            case "--path": path = value
            case "--query": query.append(Self.names(value))
            case "--join":
                let parts = Self.names(value)
                joined.append((parts.argument, parts.wire))
            case "--field": fields.append(Self.names(value))
            case "--header": headers.append(Self.names(value))
            case "--cookie": cookies.append(Self.names(value))
            case "--body": body = value
            case "--send-as": contentType = value
            case "--fixed":
                let parts = Self.names(value)
                fixed.append((parts.argument, parts.wire))
            case "--bearer": credential = ("Authorization", "Bearer ", value)
            case "--token-header":
                let parts = Self.names(value)
                credential = (parts.argument, "", parts.wire)
            default: guard try answer.take(option, value) else { throw wrong(option) }
            }
        }
    }

    /// `argument=wire name`, or one name for both.
    private static func names(_ text: String) -> (argument: String, wire: String) {
        guard let mark = text.firstIndex(of: "=") else { return (text, text) }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    /// The request for a call's arguments.
    ///
    /// - Parameter variables: The environment.
    package func request(_ arguments: JSONObject, variables: (String) -> String?) throws(ToolError) -> Curl {
        var url = base
        var used: Set<String> = []
        for part in try Self.parts(of: path) {
            switch part {
            case .text(let text): url += text
            case .argument(let name):
                used.insert(name)
                guard let value = arguments[name] else {
                    throw ToolError(.invalidArguments, "the argument `\(name)` is missing")
                }
                url += try Self.segment(try Self.text(value, name), name)
            case .segments(let name):
                used.insert(name)
                guard let value = arguments[name] else { continue }
                for part in try Self.text(value, name).split(separator: "/", omittingEmptySubsequences: false) {
                    url += "/" + (try Self.segment(String(part), name))
                }
            }
        }
        var pairs: [String] = []
        for (name, wire) in query {
            used.insert(name)
            guard let value = arguments[name] else { continue }
            // OpenAPI's default: a list is the name again and again.
            for element in value.arrayValue ?? [value] {
                pairs.append(Self.encoded(wire) + "=" + Self.encoded(try Self.text(element, name)))
            }
        }
        pairs += try joinedPairs(arguments, &used)
        if !pairs.isEmpty { url += "?" + pairs.joined(separator: "&") }
        var request = Curl(url: url, agent: "agentbox-http-request")
        request.method = method
        request.answerHeaders = answer.headers
        request.mostKept = answer.mostKept
        request.headers = fixed
        for (name, wire) in headers {
            used.insert(name)
            if let value = arguments[name] { request.headers.append((wire, try Self.text(value, name))) }
        }
        var crumbs: [String] = []
        for (name, wire) in cookies {
            used.insert(name)
            // RFC 6265, 4.1.1: what a value cannot hold is encoded, as most servers read it.
            if let value = arguments[name] { crumbs.append(wire + "=" + Self.encoded(try Self.text(value, name))) }
        }
        if !crumbs.isEmpty { request.headers.append(("Cookie", crumbs.joined(separator: "; "))) }
        if let body {
            used.insert(body)
            if let value = arguments[body] {
                request.body = contentType.hasPrefix("text/") ? Array((value.stringValue ?? "").utf8) : value.encoded()
                request.headers.append(("Content-Type", contentType))
            }
        }
        if !fields.isEmpty {
            var object = JSONObject()
            for (name, wire) in fields {
                used.insert(name)
                object[wire] = arguments[name]
            }
            request.body = JSON.object(object).encoded()
            request.headers.append(("Content-Type", contentType))
        }
        if let unknown = arguments.keys.first(where: { !used.contains($0) }) {
            throw ToolError(.invalidArguments, "there is no argument \(VisibleText.quoted(unknown))")
        }
        if let credential {
            guard let value = variables(credential.variable), !value.isEmpty else {
                throw ToolError(.notPermitted, "the call was given no credential in `\(credential.variable)`")
            }
            request.headers.append((credential.header, credential.prefix + value))
        }
        return request
    }

    /// The parameters that are made of several texts.
    private func joinedPairs(_ arguments: JSONObject, _ used: inout Set<String>) throws(ToolError) -> [String] {
        var texts: [(wire: String, text: String)] = []
        for (wire, template) in joined {
            var text = ""
            var isWhole = true
            for part in try Self.parts(of: template) {
                switch part {
                case .text(let literal): text += literal
                case .argument(let name), .segments(let name):
                    used.insert(name)
                    if let value = arguments[name] { text += try Self.text(value, name) } else { isWhole = false }
                }
            }
            guard isWhole else { continue }
            if let index = texts.firstIndex(where: { $0.wire == wire }) {
                texts[index].text += " " + text
            } else {
                texts.append((wire, text))
            }
        }
        return texts.map { Self.encoded($0.wire) + "=" + Self.encoded($0.text) }
    }

    private enum Part {
        case text(String)
        case argument(String)
        /// As many as it has, each behind a slash.
        case segments(String)
    }

    private static func parts(of path: String) throws(ToolError) -> [Part] {
        var parts: [Part] = []
        var rest = path[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw ToolError(.invalidArguments, "the manifest's path has a `{` without a `}`")
            }
            parts.append(.text(String(rest[..<open])))
            let name = rest[rest.index(after: open)..<close]
            parts.append(name.hasPrefix("/") ? .segments(String(name.dropFirst())) : .argument(String(name)))
            rest = rest[rest.index(after: close)...]
        }
        return parts + [.text(String(rest))]
    }

    /// Attack: a value that is another path: `..`, or one with slashes that a server decodes.
    private static func segment(_ value: String, _ name: String) throws(ToolError) -> String {
        guard !value.isEmpty, value != ".", value != "..", !value.utf8.contains(UInt8(ascii: "/")),
            !value.utf8.contains(UInt8(ascii: "\\")), !value.utf8.contains(0)
        else {
            throw ToolError(
                .invalidArguments, "the argument `\(name)` is no part of a path: it is one name, without slashes")
        }
        return encoded(value)
    }

    private static func text(_ value: JSON, _ name: String) throws(ToolError) -> String {
        switch value {
        case .string(let text): return text
        case .bool, .integer, .number: return value.encodedString()
        case .null, .array, .object:
            throw ToolError(.invalidArguments, "the argument `\(name)` has to be a text, a number, true or false")
        }
    }

    /// RFC 3986, 2.3: everything but the unreserved is encoded.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-._~".utf8.contains(byte)
            bytes += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
