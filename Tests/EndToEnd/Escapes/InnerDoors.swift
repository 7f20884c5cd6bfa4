import Glibc
import TestSupport

/// Doors of the host that lie in the workspace: sockets with somebody behind them, and a FIFO with something in it.
final class InnerDoors {
    let options = ["--inner-socket", "host.sock", "--inner-datagram", "host.dgram", "--inner-fifo", "host.fifo"]
    private var descriptors: [Int32] = []

    /// - Parameter folder: The workspace, or what an agent is shown.
    init(in folder: String) throws {
        let (stream, datagram, fifo) = (folder + "/host.sock", folder + "/host.dgram", folder + "/host.fifo")
        descriptors = [
            ProbeHost.listen(stream, isAbstract: false), ProbeHost.listen(datagram, isAbstract: false, SOCK_DGRAM),
        ]
        mkfifo(fifo, 0o666)
        let writer = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        descriptors.append(writer)
        guard writer >= 0, write(writer, "for the host\n", 13) == 13 else { throw TestSupportError("no FIFO") }
        for path in [stream, datagram, fifo] { chmod(path, 0o777) }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
