/// A number of bytes, written `512`, `16KiB`, `256MiB` or `1GiB` in a manifest.
package struct ByteCount: Hashable, Sendable, Comparable {
    package let bytes: Int

    package init(_ bytes: Int) { self.bytes = bytes }
    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}
