import LinuxIO

/// Two ways for lines: one to read, one to write. They may be the same socket.
package struct LineChannel: Sendable {
    let input: StreamEnd
    let output: StreamEnd

    package init(input: SharedDescriptor, output: SharedDescriptor) {
        self.input = StreamEnd(input)
        self.output = StreamEnd(output)
    }

    /// Both ways over one socket.
    package init(socket: SharedDescriptor) { self.init(input: socket, output: socket) }

    private init(_ input: StreamEnd, _ output: StreamEnd) {
        self.input = input
        self.output = output
    }

    /// The process's own standard input and output, which stay as they are: other processes may share them, so they
    /// are not made nonblocking.
    package static let standardStreams = LineChannel(
        StreamEnd(borrowing: .standardInput), StreamEnd(borrowing: .standardOutput))
}
