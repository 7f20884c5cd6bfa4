import Diagnostics

/// Why a function of CEL has no value for its arguments. The evaluator adds the position; a condition that errs denies.
struct CELFunctionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In lower case, without a full stop. What comes from a call is quoted and cut: at most some hundred bytes.
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }

    static let integerOverflow = CELFunctionError("integer overflow")

    /// For outputs past the size that the evaluator allows.
    static func tooLong(_ maximumBytes: Int) -> CELFunctionError {
        CELFunctionError("the result is longer than \(maximumBytes) bytes")
    }

    /// `text` in backticks, as the other messages of this library quote.
    static func quoted(_ text: String) -> String { VisibleText.quoted(text, limit: 60) }
}
