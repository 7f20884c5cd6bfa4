import Diagnostics

extension Template {
    /// Reads a template. Everything is literal but `${args.NAME}` and `${args.NAME.NAME}`; `$${` stands for `${`.
    package init(parsing source: String) throws(TemplateError) {
        var segments: [Segment] = []
        var literal = String.UnicodeScalarView()
        let scalars = Array(source.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let rest = scalars[index...]
            if rest.starts(with: "$${".unicodeScalars) {
                literal.append(contentsOf: "${".unicodeScalars)
                index += 3
            } else if rest.starts(with: "${".unicodeScalars) {
                guard let end = rest.firstIndex(of: "}") else {
                    throw .syntax("`${` without its `}`", at: index + 1)
                }
                let name = try Self.argument(scalars[(index + 2)..<end], at: index + 1)
                if !literal.isEmpty { segments.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                segments.append(.argument(name))
                index = end + 1
            } else {
                literal.append(scalars[index])
                index += 1
            }
        }
        if !literal.isEmpty || segments.isEmpty { segments.append(.literal(String(literal))) }
        self.init(source: source, segments: segments)
    }

    /// `args.a.b`
    private static func argument(
        _ scalars: ArraySlice<Unicode.Scalar>, at character: Int
    ) throws(TemplateError) -> [String] {
        let parts = scalars.split(separator: ".", omittingEmptySubsequences: false)
        let valid = parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || isDigit($0) || $0 == "_" || $0 == "-")
                }
        }
        guard parts.count >= 2, parts[0].elementsEqual("args".unicodeScalars), valid else {
            let name = String(String.UnicodeScalarView(scalars))
            throw .syntax("expected `${args.NAME}`, found \(VisibleText.quoted("${" + name + "}"))", at: character)
        }
        return parts.dropFirst().map { String(String.UnicodeScalarView($0)) }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    /// The text, if no argument is in it.
    package var literal: String? {
        if case .literal(let text)? = segments.first, segments.count == 1 { return text }
        return nil
    }

    /// The arguments that the template names.
    package var arguments: [[String]] {
        segments.compactMap { segment in
            if case .argument(let name) = segment { return name }
            return nil
        }
    }
}
