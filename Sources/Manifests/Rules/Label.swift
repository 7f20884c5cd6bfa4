/// What data carries, coarsely: `untrusted` is what nobody who is accountable has written.
package struct Label: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// The default of every tool's output.
    package static let untrusted = Label("untrusted")

    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
