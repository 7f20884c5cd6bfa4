import Glibc
import LinuxIO
import Store

extension RegisteredExecutable {
    /// More certificates than this trust nobody in particular.
    private static let mostTrustBytes = 32 << 10

    /// A file of the tool with certificates, as it was registered.
    func trust(_ path: String) async throws -> [UInt8] {
        try await BlockingPool.shared.run { [folder] () throws(RegistryError) in
            do {
                let file = try Descriptor.open(path, in: folder, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
                return try file.readAll(limit: Self.mostTrustBytes)
            } catch {
                throw RegistryError(
                    .egressFailed, "the certificates `\(path)` of the tool's `trust` cannot be read: \(error)",
                    remedy: "list the file under `files`; it holds at most \(Self.mostTrustBytes >> 10) KiB")
            }
        }
    }
}
