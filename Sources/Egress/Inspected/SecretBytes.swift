import Glibc

/// Bytes that open something, on their way to `agentbox-inspect`. They do not print, by whatever way a value is printed,
/// and are overwritten when the last owner lets go of them.
package struct SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    package init(_ bytes: some Collection<UInt8>) { storage = Storage(bytes) }

    package var count: Int { storage.bytes.count }

    /// The one way to the bytes. Whoever copies them answers for the copy.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// INVARIANT: written by `init` and `deinit` only, so that sharing it between threads is safe.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(_ source: some Collection<UInt8>) {
            bytes = .allocate(byteCount: source.count, alignment: 1)
            bytes.copyBytes(from: source)
        }

        deinit {
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
            bytes.deallocate()
        }
    }
}
