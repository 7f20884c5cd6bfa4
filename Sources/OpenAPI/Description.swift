import Diagnostics
import Manifests
import StrictJSON

/// An OpenAPI description as it was read, and what was found wrong with it.
struct Description {
    let file: String
    let root: Located
    /// 3.0 has a dialect of JSON Schema of its own.
    private(set) var isVersion30 = false
    private(set) var problems: [ManifestProblem] = []

    private static let mostReferences = 32

    init(_ bytes: [UInt8], file: String) throws(ManifestErrors) {
        self.file = file
        root = try ManifestFile.parse(bytes, file: file)
        guard let version = root["openapi"]?.json.stringValue else {
            refuse(root, "openapi", "this is no OpenAPI description: it has no `openapi`", "3.0 and 3.1 are read")
            return
        }
        isVersion30 = version.hasPrefix("3.0.")
        if !isVersion30, !version.hasPrefix("3.1.") {
            refuse(
                root["openapi"] ?? root, "openapi", "OpenAPI \(VisibleText.quoted(version)) is not read",
                "3.0 and 3.1 are")
        }
    }

    mutating func refuse(_ place: Located, _ key: String, _ message: String, _ advice: String? = nil) {
        problems.append(
            ManifestProblem(
                file: file, line: place.position.line, column: place.position.column, key: key, message: message,
                suggestion: advice, code: .init(rawValue: "not-expressible")))
    }

    func check() throws(ManifestErrors) {
        if !problems.isEmpty { throw ManifestErrors(problems) }
    }

    /// What stands there, or where its `$ref` leads; nil is on record.
    mutating func resolve(_ place: Located, _ key: String) -> Located? {
        var place = place
        for _ in 0..<Self.mostReferences {
            guard let reference = place["$ref"] else { return place }
            guard let text = reference.json.stringValue, text.hasPrefix("#/") else {
                refuse(reference, key, "a `$ref` to somewhere else is not followed", "put what it names into this file")
                return nil
            }
            guard let found = lookUp(text) else {
                refuse(reference, key, "\(VisibleText.quoted(text)) leads nowhere")
                return nil
            }
            place = found
        }
        refuse(place, key, "references lead from one to the next without an end")
        return nil
    }

    /// RFC 6901, in a fragment.
    private func lookUp(_ reference: String) -> Located? {
        var found = root
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            if let next = found[String(name)] {
                found = next
            } else if let index = Int(name), let next = found[index] {
                found = next
            } else {
                return nil
            }
        }
        return found
    }
}

extension Located {
    /// Of a mapping, in the file's order.
    var entries: [Member] {
        guard case .object(let members) = content else { return [] }
        return members
    }

    var list: [Located] {
        guard case .array(let elements) = content else { return [] }
        return elements
    }

    var text: String? { json.stringValue }
}
