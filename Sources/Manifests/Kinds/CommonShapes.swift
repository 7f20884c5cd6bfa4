import StrictJSON

extension Shape where Value == String {
    static var apiVersion: Shape { .constant(Manifests.apiVersion) }
}

extension Name {
    /// The pattern of `isDotted` for a schema.
    static let dottedPattern = #"^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$"#
}

extension Shape where Value == ToolName {
    static var toolName: Shape {
        .text("a tool name such as `fs.read`", pattern: Name.dottedPattern, length: 1...64) {
            ToolName(manifest: $0)
        }
    }
}

extension Shape where Value == ProfileName {
    static var profileName: Shape {
        .text("a profile name such as `pure`", pattern: Name.dottedPattern, length: 1...64) { ProfileName($0) }
    }
}

extension Shape where Value == ToolPattern {
    static var toolPattern: Shape {
        .text("a tool name or a pattern such as `git.*`", pattern: #"^[A-Za-z0-9_.:/*-]+$"#, length: 1...128) {
            ToolPattern($0)
        }
    }
}

extension Shape where Value == Duration {
    /// More than nothing, at most a year.
    static var duration: Shape {
        .text("a duration such as `10s`, `5m` or `4h`", pattern: Duration.pattern, length: 1...12) {
            Duration(text: $0)
        }
    }

    /// For limits that the kernel counts in seconds.
    static var wholeSeconds: Shape {
        let expectation = "a duration in whole seconds such as `10s`, `5m` or `4h`"
        return .text(expectation, pattern: "^[1-9][0-9]{0,8}[smhd]$", length: 1...12) { text in
            text.utf8.suffix(2).elementsEqual("ms".utf8) ? nil : Duration(text: text)
        }
    }
}

extension Shape where Value == ByteCount {
    /// A size of `minimum` bytes or more.
    static func size(minimum: Int = 1) -> Shape {
        let largest = 1 << 50
        let count = Shape<Int>.integer(minimum...largest)
        let number = Shape("a number of bytes", schema: count.schema) { located, decoding in
            count.decode(located, &decoding).map { ByteCount($0) }
        }
        let text = Shape.text(
            "a size such as `16KiB`, `256MiB` or `1GiB`", pattern: ByteCount.pattern, length: 1...12,
            suggest: { ByteCount.advice($0) }
        ) { text in
            ByteCount(text: text).flatMap { (minimum...largest).contains($0.bytes) ? $0 : nil }
        }
        return .either([(.text, text), (.number, number)])
    }
}

extension Shape where Value == Template {
    static func template(_ expectation: String) -> Shape {
        let line = Shape<String>.text(expectation, pattern: #"^[^\u0000]*$"#, length: 1...4096) { text in
            text.utf8.contains(0) ? nil : text
        }
        return Shape(expectation, schema: line.schema) { located, decoding in
            guard let text = line.decode(located, &decoding) else { return nil }
            do throws(TemplateError) {
                return try Template(parsing: text)
            } catch {
                decoding.report(.invalidValue, at: located.position, error.message, suggestion: error.remedy)
                return nil
            }
        }
    }
}

extension Shape {
    /// Reports elements of a list that are there twice, by `key`.
    func unique<Element, Identity: Hashable & SendableMetatype>(
        by key: @escaping @Sendable (Element) -> Identity
    ) -> Shape where Value == [Element] {
        describing(["uniqueItems": true]).checked { elements, located, decoding in
            var seen: Set<Identity> = []
            for (index, element) in elements.enumerated() where !seen.insert(key(element)).inserted {
                decoding.report(
                    .contradiction, in: located, at: [.index(index)],
                    "\(located[index]?.found ?? "this") stands here twice")
            }
        }
    }
}
