/// How much the parser accepts.
public struct JSONLimits: Hashable, Sendable {
    /// Longest input, in bytes.
    public var bytes: Int
    /// Deepest nesting of arrays and objects: 1 for `[]`. At most 512 counts.
    public var depth: Int

    /// By default 16 MiB and 128 levels.
    public init(bytes: Int = 16 << 20, depth: Int = 128) {
        self.bytes = bytes
        self.depth = depth
    }
}
