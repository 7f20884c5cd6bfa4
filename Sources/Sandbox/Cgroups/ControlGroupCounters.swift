import Glibc
import LinuxIO

/// The files of a group that count, kept open: they are read at the end of each call.
struct ControlGroupCounters: Sendable {
    private let peak: SharedDescriptor?
    private let memoryEvents: SharedDescriptor
    private let processEvents: SharedDescriptor

    /// What they say.
    struct Reading: Sendable {
        /// Nil where the kernel does not say.
        var peak: UInt64?
        var kills: UInt64 = 0
        var refusals: UInt64 = 0
    }

    init(
        _ version: ControlGroupVersion, memory: ControlGroupFolder, processes: ControlGroupFolder
    ) throws(SystemError) {
        func open(_ name: String, _ folder: ControlGroupFolder) throws(SystemError) -> SharedDescriptor {
            try Descriptor.open(name, in: folder.descriptor, O_RDONLY | O_NOFOLLOW).shared()
        }
        peak = memory.has(version.memoryPeak) ? try open(version.memoryPeak, memory) : nil
        memoryEvents = try open(version.memoryEvents, memory)
        processEvents = try open("pids.events", processes)
    }

    func read() throws(SystemError) -> Reading {
        Reading(
            peak: try peak.map { (file) throws(SystemError) in try Self.text(file) }.flatMap { UInt64($0) },
            kills: controlGroupCounter("oom_kill", in: try Self.text(memoryEvents)) ?? 0,
            refusals: controlGroupCounter("max", in: try Self.text(processEvents)) ?? 0)
    }

    /// The kernel writes such a file anew for a read from its beginning, and all of it at once.
    private static func text(_ file: SharedDescriptor) throws(SystemError) -> String {
        let result = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) {
            buffer -> Result<String, SystemError> in
            Result { () throws(SystemError) in
                let count = try retrying("pread") { pread(file.raw, buffer.baseAddress, buffer.count, 0) }
                let bytes = buffer[..<count]
                return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes, as: UTF8.self)
            }
        }
        return try result.get()
    }
}
