import CSandbox
import LinuxIO

/// What a call finds beside its tool that no other call does and no disk has: small files, and files without a name.
package struct CallFiles: Sendable {
    /// In the call's own memory, from before it starts to its end: never on a disk, and never swapped out.
    package struct Named: Sendable {
        /// One component: `token`.
        package let name: String
        package let memory: SealedMemory

        package init(_ name: String, _ memory: SealedMemory) {
            self.name = name
            self.memory = memory
        }

        /// What it is called inside.
        package var path: String { "\(CallFiles.folder)/\(name)" }
    }

    /// Mode 0400, the call's own.
    package private(set) var named: [Named] = []
    /// Open in the call from its start.
    package private(set) var inherited: [SealedMemory] = []

    package init() {}

    /// Where the named ones are inside.
    package static let folder = "/run/agentbox/files"
    package static let limit = Int(PLAN_MAX_FILES)
    package static let inheritedLimit = Int(PLAN_MAX_INHERITED)

    /// - Returns: What it is called inside.
    /// - Throws: `SandboxError` if there is one of that name, or too many.
    package mutating func add(_ name: String, _ memory: SealedMemory) throws(SandboxError) -> String {
        guard named.count < Self.limit, !named.contains(where: { $0.name == name }) else {
            throw SandboxError(
                .invalidSpecification, "the call has two files `\(name)`, or more than \(Self.limit)",
                remedy: "give each a name of its own")
        }
        let file = Named(name, memory)
        named.append(file)
        return file.path
    }

    /// - Returns: The descriptor's number inside.
    /// - Throws: `SandboxError` if there are too many.
    package mutating func inherit(_ memory: SealedMemory) throws(SandboxError) -> Int32 {
        guard inherited.count < Self.inheritedLimit else {
            throw SandboxError(
                .invalidSpecification, "the call inherits more than \(Self.inheritedLimit) files without a name")
        }
        inherited.append(memory)
        return PLAN_INHERITED_FD + Int32(inherited.count - 1)
    }
}
