import Glibc

/// A refused system call as strace writes it, or its name alone:
///
///     openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)
///     mount
package struct RefusedLine: Sendable {
    package let notice: SystemCallNotice

    /// - Throws: `invalid-specification` if it is no such line.
    package init(_ line: String) throws(SandboxError) {
        let text = line.trimmed
        let end = text.firstIndex(of: "(") ?? text.endIndex
        let name = String(text[..<end]).trimmed.split(separator: " ").last.map(String.init) ?? ""
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw SandboxError(
                .invalidSpecification, "the line names no system call",
                remedy:
                    "give a line of strace, such as `mount(\"none\", \"/mnt\", \"tmpfs\", 0, NULL) = -1 EPERM`, or a name"
            )
        }
        try Self.requireRefused(text)
        let words = end == text.endIndex ? [] : Self.placed(Self.arguments(text[text.index(after: end)...]), in: name)
        let shape = NoticeShapes.byName[name] ?? NoticeShapes.Shape()
        func word(_ position: Int) -> String? { position < words.count ? words[position] : nil }
        let values = (0..<6).compactMap { position in
            word(position).flatMap(ArgumentText.value(of:)).map {
                SystemCallNotice.Value(argument: position, value: $0)
            }
        }
        let texts = shape.texts.compactMap { shape -> SystemCallNotice.Text? in
            guard let text = word(shape.argument)?.unquoted else { return nil }
            return SystemCallNotice.Text(kind: shape.kind, text: text, isFound: true)
        }
        notice = SystemCallNotice(name: name, values: values, texts: texts, refusal: Self.errno(of: text))
    }

    /// One line, of a call as it began, that did not succeed.
    private static func requireRefused(_ text: String) throws(SandboxError) {
        if text.contains("\n") {
            throw SandboxError(.invalidSpecification, "there is more than one line", remedy: "give them one by one")
        }
        if text.contains("<...") {
            throw SandboxError(
                .invalidSpecification, "the line is the second half of a call",
                remedy: "give the line that the call began with, and its error: strace without `-f` writes them as one")
        }
        guard let sign = text.firstRange(of: ") = ") else { return }
        let result = text[sign.upperBound...]
        if !result.hasPrefix("-1"), !result.hasPrefix("?") {
            throw SandboxError(
                .invalidSpecification, "the line says that the call succeeded", remedy: "give one that failed")
        }
    }

    /// strace writes the names of some arguments, and those of `clone` in an order of its own.
    private static func placed(_ words: [String], in call: String) -> [String] {
        func value(_ word: String) -> String {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].allSatisfy({ $0.isLetter || $0 == "_" }) else { return word }
            return String(parts[1])
        }
        guard call == "clone" else { return words.map(value) }
        let flags = words.first { $0.hasPrefix("flags=") }.map(value)
        return flags.map { [$0] } ?? words.map(value)
    }

    /// What stands between the commas, outside of quotes and brackets.
    private static func arguments(_ text: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isQuoted {
                word.append(character)
                if !isEscaped && character == "\"" { isQuoted = false }
                isEscaped = !isEscaped && character == "\\"
                continue
            }
            switch character {
            case "\"": isQuoted = true
            case "(", "[", "{": depth += 1
            case ")" where depth == 0: return (words + [word]).map(\.trimmed)
            case ")", "]", "}": depth -= 1
            case "," where depth == 0:
                words.append(word)
                word = ""
                continue
            default: break
            }
            word.append(character)
        }
        return (words + [word]).map(\.trimmed)
    }

    /// The word behind `= -1`.
    private static func errno(of text: String) -> Int32? {
        text.split(separator: " ").lazy.compactMap { ErrorNumbers.named(String($0)) }.first
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var rest = Substring(self)
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    /// What stands in double quotes; nil if nothing does.
    fileprivate var unquoted: String? {
        guard count >= 2, first == "\"", last == "\"" else { return nil }
        return String(dropFirst().dropLast())
    }
}
