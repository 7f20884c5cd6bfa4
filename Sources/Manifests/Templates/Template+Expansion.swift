import StrictJSON

extension Template {
    /// The words that the template becomes with these arguments. An argument that is absent drops the whole word; an
    /// array that is the whole word becomes one word for each element; any other value has to be a scalar.
    ///
    /// - Parameter escaping: What becomes of an argument's text before it stands among the author's.
    package func expand(
        arguments: JSON, escaping: (String) -> String = { $0 }
    ) throws(TemplateError) -> [String] {
        if case .argument(let name)? = segments.first, segments.count == 1 {
            guard let value = Self.value(of: name, in: arguments) else { return [] }
            guard case .array(let elements) = value else { return [escaping(try Self.text(of: value, name))] }
            var words: [String] = []
            for element in elements { words.append(escaping(try Self.text(of: element, name))) }
            return words
        }
        var word = ""
        for segment in segments {
            switch segment {
            case .literal(let text): word += text
            case .argument(let name):
                guard let value = Self.value(of: name, in: arguments) else { return [] }
                word += escaping(try Self.text(of: value, name))
            }
        }
        return [word]
    }

    private static func value(of name: [String], in arguments: JSON) -> JSON? {
        name.reduce(arguments) { value, key in value?.objectValue?[key] }
    }

    private static func text(of value: JSON, _ name: [String]) throws(TemplateError) -> String {
        switch value {
        case .string(let text):
            // A NUL would end the word for the kernel, and hide what follows it from the program but not from policy.
            guard !text.utf8.contains(0) else { throw .value(name, "holds a NUL character") }
            return text
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .number:
            guard let bytes = try? value.canonical() else { throw .value(name, "is a number without an exact text") }
            return String(decoding: bytes, as: UTF8.self)
        case .null: throw .value(name, "is null, which has no text")
        case .array: throw .value(name, "is a list, which has to be a word of its own and hold scalars")
        case .object: throw .value(name, "is an object, which has no text")
        }
    }
}

/// A tool's command line.
package enum Command {
    /// The words of a command. A word that begins with an argument's value must not start with `-`, where a program
    /// would take it for an option (`--upload-pack=…`), unless the command has the word `--` before it.
    package static func expand(_ words: [Template], arguments: JSON) throws(TemplateError) -> [String] {
        var result: [String] = []
        var optionsEnded = false
        for word in words {
            let expanded = try word.expand(arguments: arguments)
            if !optionsEnded, !word.startsLiterally {
                for text in expanded where text.utf8.first == UInt8(ascii: "-") { throw .option(text) }
            }
            optionsEnded = optionsEnded || word.literal == "--"
            result += expanded
        }
        return result
    }
}

extension Template {
    /// True if what the word starts with is the author's and no argument's.
    fileprivate var startsLiterally: Bool {
        if case .literal? = segments.first { return true }
        return false
    }
}
