/// `6.18` of a kernel's release: what profiles compare.
package struct KernelVersion: Hashable, Comparable, Sendable {
    let major: Int
    let minor: Int

    /// Reads the start of `6.18.44-generic`; nil if there is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }), major >= 0
        else { return nil }
        self.major = major
        self.minor = minor
    }

    /// The release of the kernel that runs.
    package static var running: String { KernelFacts().release }

    package static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}
