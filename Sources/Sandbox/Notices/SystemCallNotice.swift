import CSandbox

/// System calls of a call that were alike, as agentbox-init heard of them: the same call with the same values and texts.
///
/// The texts were copied from the tool's memory and may have been others when the kernel looked: they tell people what
/// was meant, and decide nothing.
package struct SystemCallNotice: Hashable, Sendable {
    /// `mount`; `system call 999` if nobody here knows it.
    package let name: String
    /// Arguments that are values, such as flags, by their position.
    package let values: [Value]
    /// Paths are absolute. Empty where memory could not be read.
    package let texts: [Text]
    /// The errno that it was refused with; nil if it went on.
    package let refusal: Int32?
    package let count: UInt64

    package struct Value: Hashable, Sendable {
        package let argument: Int
        package let value: UInt64
    }

    package struct Text: Hashable, Sendable {
        let kind: NoticeShapes.Shape.Kind
        package let text: String
        /// Of a path in a trace: it leads somewhere, and the text is where.
        package let isFound: Bool

        package var isPath: Bool { if case .path = kind { true } else { false } }
    }

    init(name: String, values: [Value], texts: [Text], refusal: Int32?, count: UInt64 = 1) {
        self.name = name
        self.values = values
        self.texts = texts
        self.refusal = refusal
        self.count = count
    }

    /// Decodes what init sent. It is believed as far as its form goes: a system call that it names is one that was made.
    init(_ notice: notice, in table: SystemCallTable) {
        let known = table.name(of: notice.number)
        let shape = known.flatMap { NoticeShapes.byName[$0] } ?? NoticeShapes.Shape()
        let arguments = withUnsafeBytes(of: notice.arguments) { Array($0.bindMemory(to: UInt64.self)) }
        name = known ?? "system call \(notice.number)"
        values = shape.values.map { Value(argument: $0, value: arguments[$0]) }
        let read = withUnsafeBytes(of: notice.texts) { bytes in
            (0..<Int(NOTICE_TEXTS)).map { index in
                let start = index * Int(NOTICE_TEXT)
                return Array(bytes[start..<start + Int(NOTICE_TEXT)].prefix { $0 != 0 })
            }
        }
        texts = zip(shape.texts, read).enumerated().map { index, pair in
            Text(kind: pair.0.kind, text: Self.text(of: pair.1), isFound: notice.found >> UInt32(index) & 1 == 1)
        }
        refusal = notice.message.value == 0 ? nil : notice.message.value
        count = notice.count
    }

    /// What is no UTF-8 is shown byte by byte.
    static func text(of bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16) }.joined()
    }

    /// Values by position.
    var valuesByPosition: [Int: UInt64] {
        Dictionary(values.map { ($0.argument, $0.value) }) { first, _ in first }
    }

    /// The path that it was about, if it was about one.
    package var path: String? { texts.first { $0.isPath && !$0.text.isEmpty }?.text }

    /// Values by their names and texts, as people who read strace know them, but for the path.
    package var arguments: [String] { namedValues + shown(texts.filter { $0.text != path }) }

    /// The system call in one line: of two paths the first comes first, what is renamed before its new name.
    var words: [String] { [name] + namedValues + shown(texts) }

    private var namedValues: [String] {
        values.map { ArgumentText.text(of: $0.value, argument: $0.argument, in: name) }
    }

    private func shown(_ texts: [Text]) -> [String] {
        texts.filter { !$0.text.isEmpty }.map { text in
            text.kind == .address ? SocketAddressText.text(ofHexadecimal: text.text) : text.text
        }
    }
}
