import Diagnostics
import StrictJSON

/// How much of one thing a rule or a task gives: over the whole run, or in every span of `per`.
///
/// ```yaml
/// budget: {calls: 20, per: 1h}
/// budget: [{sum: args.amount, max: 100}, {distinct: args.to, max: 3}, {bytes: 10MiB}]
/// ```
package struct Budget: Hashable, Sendable {
    package var quantity: Quantity
    /// A sliding window; nil means the whole run.
    package var per: Duration?

    package init(_ quantity: Quantity, per: Duration? = nil) {
        self.quantity = quantity
        self.per = per
    }

    /// What is counted.
    package enum Quantity: Hashable, Sendable {
        /// Calls that went ahead.
        case calls(Int)
        /// The sum of a numeric argument, which is at most this number. The argument is a JSON pointer's tokens.
        case sum([String], max: JSON)
        /// How many different values an argument had. Of a list each element counts.
        case distinct([String], max: Int)
        /// What the calls write to their standard output and error.
        case bytes(ByteCount)
    }
}

/// How a budget names an argument: `args.amount`, `args.order.total`, or a JSON pointer into the arguments.
enum BudgetArgument {
    static let pattern = #"^(args(\.[A-Za-z0-9_-]+)+|(/([^~/]|~[01])*)+)$"#

    static func parse(_ text: String) -> [String]? {
        if text.utf8.first == UInt8(ascii: "/") { return ArgumentPointer.parse(text) }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].elementsEqual("args".utf8),
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isPlainByte) })
        else { return nil }
        return parts.dropFirst().map { String(Substring($0)) }
    }

    static func text(_ tokens: [String]) -> String {
        let isPlain = !tokens.isEmpty && tokens.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isPlainByte) }
        return isPlain ? "args." + tokens.joined(separator: ".") : ArgumentPointer.pointer(tokens)
    }

    /// What somebody meant who wrote `amount` or `${args.amount}`.
    static func advice(_ text: String) -> String? {
        var name = text[...]
        if name.hasPrefix("${"), name.hasSuffix("}") { name = name.dropFirst(2).dropLast() }
        if name.hasPrefix("args.") { name = name.dropFirst(5) }
        let meant = "args." + name
        return parse(meant) == nil
            ? "write `args.NAME` or a JSON pointer such as `/items/0`" : "write \(VisibleText.quoted(meant))"
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        Name.isNameByte(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
