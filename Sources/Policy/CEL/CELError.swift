import Diagnostics

/// Why an expression is refused when it is compiled, or has no value when it is evaluated.
struct CELError: Diagnostic, Hashable {
    /// Stable, in kebab case: `syntax`, `unknown-name`, `wrong-type`, `too-expensive`, `no-value`.
    let code: String
    /// In lower case, without a full stop; input in backticks.
    let message: String
    let remedy: String?
    /// Where in the source, in UTF-8 bytes from its start.
    let offset: Int
    /// 1-based, in the source.
    let line: Int
    /// 1-based, in characters of that line.
    let column: Int

    init(_ fault: CELFault, in source: String) {
        code = fault.code
        message = fault.message
        remedy = fault.remedy
        offset = fault.offset
        let before = source.utf8.prefix(max(0, fault.offset))
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    }
}

/// A `CELError` before the source is at hand to count lines in.
struct CELFault: Error, Hashable {
    var code: String
    var message: String
    var remedy: String?
    var offset: Int

    init(_ code: String, at offset: Int, _ message: String, remedy: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message
        self.remedy = remedy
    }

    static func syntax(at offset: Int, _ message: String, remedy: String? = nil) -> CELFault {
        CELFault("syntax", at: offset, message, remedy: remedy)
    }
}

/// What an expression may cost. Beyond a limit it is refused or has no value; nothing is cut off silently.
enum CELLimits {
    /// Of a source, in bytes.
    static let sourceBytes = 16 << 10
    /// How deep an expression may nest: parser, checker and evaluator recurse as deep.
    static let depth = 96
    /// Parts of one expression, after macros.
    static let nodes = 10_000
    /// Bytes of one text or list that an evaluation makes.
    static let resultBytes = 1 << 20
    /// Cost of one evaluation (see `CELBudget`): some milliseconds at most.
    static let cost: UInt64 = 100_000
    /// Estimated cost, which takes the worst for every list and text: ten times that, as Kubernetes has it.
    static let estimatedCost: UInt64 = 1_000_000
}
