/// The kernel's two interfaces to control groups: what their files are called.
enum ControlGroupVersion: Hashable, Sendable {
    /// A hierarchy for each controller, which root has to itself.
    case one
    /// One hierarchy, of which an ordinary user may be given a part.
    case two

    /// What `statfs` says of the file system (`linux/magic.h`).
    var fileSystem: Int { self == .one ? 0x27_e0eb : 0x6367_7270 }

    var memoryLimit: String { self == .one ? "memory.limit_in_bytes" : "memory.max" }
    /// Absent where the kernel does not count what it swapped out.
    var swapLimit: String { self == .one ? "memory.memsw.limit_in_bytes" : "memory.swap.max" }
    var memoryUsage: String { self == .one ? "memory.usage_in_bytes" : "memory.current" }
    /// Version 2 has it since Linux 5.19.
    var memoryPeak: String { self == .one ? "memory.max_usage_in_bytes" : "memory.peak" }
    /// Both count `oom_kill`.
    var memoryEvents: String { self == .one ? "memory.oom_control" : "memory.events" }

    /// Groups of version 1 serve one call after another. A peak of version 2 cannot be reset before Linux 6.12, so that
    /// each call has a group that nobody had before.
    var isReusable: Bool { self == .one }
}

/// One counter of a file of words and numbers: `oom_kill 3`.
func controlGroupCounter(_ name: String, in text: String) -> UInt64? {
    for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == name { return UInt64(words[1]) }
    }
    return nil
}
