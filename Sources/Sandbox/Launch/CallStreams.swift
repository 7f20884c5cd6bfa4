import LinuxIO

/// The pipes for what a call writes: the host reads, and the write ends are the call's.
struct CallStreams: Sendable {
    struct Ends: Sendable {
        /// Nonblocking.
        let reader: SharedDescriptor
        let writer: SharedDescriptor

        init() throws(SystemError) {
            var pipe = try Descriptor.pipe()
            reader = pipe.takeFirst().shared()
            writer = pipe.takeSecond().shared()
            try reader.setNonblocking(true)
        }
    }

    let output: Ends
    let errorOutput: Ends

    init() throws(SandboxError) {
        do {
            output = try Ends()
            errorOutput = try Ends()
        } catch {
            throw SandboxError("make the pipes of the call", error)
        }
    }
}
