import CSandbox
import Glibc

extension Descriptor {
    /// Opens by path, always close-on-exec.
    package static func open(
        _ path: String, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    /// Opens a name in a directory, always close-on-exec. It follows symbolic links unless `flags` say otherwise.
    package static func open(
        _ name: String, in directory: borrowing some OpenDescriptor & ~Copyable, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemError) -> Descriptor {
        let parent = directory.raw
        return Descriptor(owning: try retrying("openat", name) { openat(parent, name, flags | O_CLOEXEC, mode) })
    }

    /// A pipe, both ends close-on-exec and in blocking mode.
    package static func pipe() throws(SystemError) -> DescriptorPair {
        var ends: [Int32] = [-1, -1]
        try retrying("pipe2") { pipe_shim_create(&ends) }
        return DescriptorPair(first: Descriptor(owning: ends[0]), second: Descriptor(owning: ends[1]))
    }

    /// Two connected Unix sockets, close-on-exec and in blocking mode.
    package static func socketPair(_ type: SocketType) throws(SystemError) -> DescriptorPair {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(type.raw.rawValue | SOCK_CLOEXEC.rawValue)
        try retrying("socketpair") { Glibc.socketpair(AF_UNIX, kind, 0, &ends) }
        return DescriptorPair(first: Descriptor(owning: ends[0]), second: Descriptor(owning: ends[1]))
    }

    /// An anonymous file in memory that can be sealed. `name` shows in /proc only.
    package static func memory(named name: String) throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("memfd_create", name) { memfd_shim_create(name) })
    }
}

/// The kinds of Unix socket that are used here.
package enum SocketType: Sendable {
    case stream
    /// Messages with borders, in order, and an end.
    case sequencedPacket

    var raw: __socket_type {
        switch self {
        case .stream: SOCK_STREAM
        case .sequencedPacket: SOCK_SEQPACKET
        }
    }
}

/// Two descriptors that were made together: of a pipe, `first` is read and `second` written.
package struct DescriptorPair: ~Copyable, Sendable {
    private var first: Descriptor?
    private var second: Descriptor?

    init(first: consuming Descriptor, second: consuming Descriptor) {
        self.first = consume first
        self.second = consume second
    }

    /// Takes the first out of the pair; it can be taken once.
    package mutating func takeFirst() -> Descriptor {
        guard let taken = first.take() else { preconditionFailure("the first descriptor was taken before") }
        return taken
    }

    /// Takes the second out of the pair; it can be taken once.
    package mutating func takeSecond() -> Descriptor {
        guard let taken = second.take() else { preconditionFailure("the second descriptor was taken before") }
        return taken
    }
}
