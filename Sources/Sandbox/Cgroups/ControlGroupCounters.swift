import Glibc
import LinuxIO

/// The files of a group that count, kept open: they are read before and after each call.
struct ControlGroupCounters: Sendable {
    private let processes: SharedDescriptor
    private let usage: SharedDescriptor
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
        func open(
            _ name: String, _ folder: ControlGroupFolder, _ flags: Int32 = O_RDONLY
        ) throws(SystemError) -> SharedDescriptor {
            try Descriptor.open(name, in: folder.descriptor, flags | O_NOFOLLOW).shared()
        }
        self.processes = try open("pids.current", processes)
        usage = try open(version.memoryUsage, memory)
        peak =
            memory.has(version.memoryPeak)
            ? try open(version.memoryPeak, memory, version.isReusable ? O_RDWR : O_RDONLY) : nil
        memoryEvents = try open(version.memoryEvents, memory)
        processEvents = try open("pids.events", processes)
    }

    func read() throws(SystemError) -> Reading {
        Reading(
            peak: try peak.map { (file) throws(SystemError) in try Self.text(file) }.flatMap { UInt64($0) },
            kills: controlGroupCounter("oom_kill", in: try Self.text(memoryEvents)) ?? 0,
            refusals: controlGroupCounter("max", in: try Self.text(processEvents)) ?? 0)
    }

    /// In memory now, in bytes.
    func used() throws(SystemError) -> UInt64 { try number(usage) }

    /// Processes and threads; also of one that ended and was not yet waited for.
    func processCount() throws(SystemError) -> UInt64 { try number(processes) }

    /// The peak is what is used now. Version 1.
    func forgetPeak() throws(SystemError) {
        guard let peak else { return }
        _ = try retrying("pwrite") { pwrite(peak.raw, "0", 1, 0) }
    }

    private func number(_ file: SharedDescriptor) throws(SystemError) -> UInt64 {
        guard let number = UInt64(try Self.text(file)) else { throw SystemError(call: "pread", errno: EINVAL) }
        return number
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
