import Glibc

/// The one owner of an open descriptor: it closes it when it goes.
///
///     let file = try Descriptor.open("/etc/hostname", O_RDONLY)
///     let text = try file.readAll(limit: 256)
package struct Descriptor: ~Copyable, OpenDescriptor, Sendable {
    package let raw: Int32

    /// Takes over `raw`, which nobody else may close from now on.
    package init(owning raw: Int32) { self.raw = raw }

    deinit {
        // EINTR and EIO close it all the same on Linux; a second close could hit somebody else's descriptor.
        _ = Glibc.close(raw)
    }

    /// Gives the number up, open: the caller has to close it.
    package consuming func release() -> Int32 {
        let number = raw
        discard self
        return number
    }

    /// The same descriptor, owned by reference counting.
    package consuming func shared() -> SharedDescriptor { SharedDescriptor(self) }
}

/// A descriptor with several owners: it closes when the last one goes.
package final class SharedDescriptor: OpenDescriptor, Sendable {
    private let descriptor: Descriptor

    /// Shares what one owner held.
    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    package var raw: Int32 { descriptor.raw }
}
