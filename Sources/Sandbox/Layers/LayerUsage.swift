import Glibc
import LinuxIO

/// How much a layer holds while the call still writes to it.
struct LayerUsage {
    private let limits: LayerLimits
    private var names = 0
    private var bytes = 0

    /// True if there are more names or more bytes than the limits allow. Names that come and go meanwhile are passed over.
    static func exceeds(_ limits: LayerLimits, beneath roots: SharedDescriptor...) -> Bool {
        exceeds(limits, beneath: roots)
    }

    /// The same of several trees together.
    static func exceeds(_ limits: LayerLimits, beneath roots: [SharedDescriptor]) -> Bool {
        var usage = LayerUsage(limits: limits)
        return roots.contains { usage.exceeds($0, 1) }
    }

    private init(limits: LayerLimits) { self.limits = limits }

    /// One system call a name, and a few a folder: the call makes more of them meanwhile.
    private mutating func exceeds(_ folder: borrowing some OpenDescriptor & ~Copyable, _ depth: Int) -> Bool {
        guard depth <= limits.depth else { return true }
        let found = (try? Self.list(folder, atMost: limits.entries - names + 1)) ?? []
        names += found.count
        if names > limits.entries { return true }
        for bytesOfName in found {
            let name = bytesOfName.map(CChar.init(bitPattern:)) + [0]
            var status = stat()
            guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                bytes += Int(status.st_size)
                if bytes > limits.bytes.bytes { return true }
            case S_IFDIR:
                let raw = openat(folder.raw, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard raw >= 0 else { continue }
                if exceeds(Descriptor(owning: raw), depth + 1) { return true }
            default: continue
            }
        }
        return false
    }

    /// The names in a folder, also in one that its owner closed to itself.
    ///
    /// Attack: in a folder of mode 0300 a call makes names without end, and a host that runs as the same user does not
    /// see them. The mode is back before the call could notice: what it sees is the overlay's own.
    private static func list(
        _ folder: borrowing some OpenDescriptor & ~Copyable, atMost count: Int
    ) throws(SystemError) -> [[UInt8]] {
        do {
            return try folder.names(atMost: count)
        } catch {
            guard error.errno == EACCES else { throw error }
        }
        let mode = try folder.status().permissions
        try folder.setMode(mode | 0o700)
        let opened = Result { () throws(SystemError) in try folder.names(atMost: count) }
        try folder.setMode(mode)
        return try opened.get()
    }
}
