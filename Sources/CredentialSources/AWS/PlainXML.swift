/// As much of XML as the answers of AWS's query services have: elements, text, the five entities. Document types,
/// processing instructions, comments and CDATA are refused, so nothing is expanded and nothing is loaded.
struct PlainXML: Sendable, Hashable {
    let name: String
    private(set) var text = ""
    private(set) var children: [PlainXML] = []

    /// The first child of that name, of the first of that name, …
    func child(_ path: String...) -> PlainXML? {
        var current: PlainXML? = self
        for name in path { current = current?.children.first { $0.name == name } }
        return current
    }

    private static let deepest = 24
    private static let mostElements = 2000

    /// Nil for everything else.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = Reader(rest: text.unicodeScalars[...])
        reader.skipSpace()
        if reader.take("<?xml") { guard reader.skip(past: "?>") else { return nil } }
        reader.skipSpace()
        guard let element = reader.element(depth: 0) else { return nil }
        reader.skipSpace()
        guard reader.rest.isEmpty else { return nil }
        self = element
    }

    private init(name: String) { self.name = name }

    private struct Reader {
        var rest: Substring.UnicodeScalarView
        var elements = 0

        mutating func skipSpace() { rest = rest.drop { " \t\r\n".unicodeScalars.contains($0) } }

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.unicodeScalars) else { return false }
            rest = rest.dropFirst(text.unicodeScalars.count)
            return true
        }

        mutating func skip(past text: String) -> Bool {
            while !rest.isEmpty {
                if take(text) { return true }
                rest = rest.dropFirst()
            }
            return false
        }

        mutating func name() -> String? {
            let found = rest.prefix { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_-.:".unicodeScalars.contains(scalar)
            }
            guard let first = found.first, first.properties.isAlphabetic || first == "_", found.count <= 200 else {
                return nil
            }
            rest = rest[found.endIndex...]
            return String(found)
        }

        mutating func element(depth: Int) -> PlainXML? {
            elements += 1
            guard depth < PlainXML.deepest, elements <= PlainXML.mostElements, take("<"), let name = name() else {
                return nil
            }
            var element = PlainXML(name: name)
            guard let isEmpty = attributes() else { return nil }
            if isEmpty { return element }
            while true {
                if take("</") {
                    guard self.name() == name else { return nil }
                    skipSpace()
                    return take(">") ? element : nil
                }
                if rest.first == "<" {
                    guard let child = self.element(depth: depth + 1) else { return nil }
                    element.children.append(child)
                } else {
                    guard let text = text() else { return nil }
                    element.text += text
                }
            }
        }

        /// Reads over them; true if the element ended with them.
        private mutating func attributes() -> Bool? {
            while true {
                skipSpace()
                if take("/>") { return true }
                if take(">") { return false }
                guard name() != nil else { return nil }
                skipSpace()
                guard take("=") else { return nil }
                skipSpace()
                guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
                rest = rest.dropFirst()
                let value = rest.prefix { $0 != quote && $0 != "<" }
                rest = rest[value.endIndex...].dropFirst()
            }
        }

        private mutating func text() -> String? {
            var text = ""
            while let scalar = rest.first, scalar != "<" {
                rest = rest.dropFirst()
                guard scalar == "&" else {
                    text.unicodeScalars.append(scalar)
                    continue
                }
                let entity = rest.prefix { $0 != ";" && $0 != "<" && $0 != "&" }
                guard entity.count <= 8, rest[entity.endIndex...].first == ";",
                    let meant = Self.meaning(String(entity))
                else { return nil }
                rest = rest[entity.endIndex...].dropFirst()
                text.unicodeScalars.append(meant)
            }
            // Without a `<` after it the element has no end.
            return rest.isEmpty ? nil : text
        }

        private static func meaning(_ entity: String) -> Unicode.Scalar? {
            switch entity {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            case "apos": return "'"
            default: break
            }
            guard entity.first == "#" else { return nil }
            let digits = entity.dropFirst()
            let value = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return value.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
        }
    }
}
