import LinuxIO

/// How much a layer holds while the call still writes to it.
enum LayerUsage {
    /// True if there are more names or more bytes than the limits allow. Names that come and go meanwhile are passed over.
    static func exceeds(_ limits: LayerLimits, beneath root: SharedDescriptor) -> Bool {
        var names = 0
        var bytes = 0
        return exceeds(limits, root, 1, &names, &bytes)
    }

    private static func exceeds(
        _ limits: LayerLimits, _ folder: borrowing some OpenDescriptor & ~Copyable, _ depth: Int, _ names: inout Int,
        _ bytes: inout Int
    ) -> Bool {
        guard depth <= limits.depth else { return true }
        let found = (try? folder.names(atMost: limits.entries - names + 1)) ?? []
        names += found.count
        if names > limits.entries { return true }
        for bytesOfName in found {
            guard let inode = try? folder.inode(String(decoding: bytesOfName, as: UTF8.self)),
                let status = try? inode.status()
            else { continue }
            if status.kind == .file { bytes += Int(status.size) }
            if bytes > limits.bytes.bytes { return true }
            if status.kind == .directory, exceeds(limits, inode, depth + 1, &names, &bytes) { return true }
        }
        return false
    }
}
