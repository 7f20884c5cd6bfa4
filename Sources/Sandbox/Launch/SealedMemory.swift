import CSandbox
import LinuxIO

/// Bytes in a file that has no name and that nobody can change any more: memory of the kernel's, gone with the last
/// descriptor of it. It does not print what it holds.
package struct SealedMemory: Sendable {
    let descriptor: SharedDescriptor

    package static let limit = Int(PLAN_FILE_MAX)

    /// - Throws: `SandboxError` if there are more than `limit` bytes.
    package init(_ bytes: UnsafeRawBufferPointer) throws(SandboxError) {
        guard bytes.count <= Self.limit else {
            throw SandboxError(
                .invalidSpecification, "a file of a call has \(bytes.count) bytes, and may have \(Self.limit)")
        }
        let raw = cs_memfd_sealed("agentbox-file", bytes.baseAddress, bytes.count)
        guard raw >= 0 else { throw SandboxError("keep a file of the call in memory", .last("memfd_create")) }
        descriptor = Descriptor(owning: raw).shared()
    }

    package init(_ bytes: [UInt8]) throws(SandboxError) {
        let made = bytes.withUnsafeBytes { bytes in Result { () throws(SandboxError) in try Self(bytes) } }
        self = try made.get()
    }
}
