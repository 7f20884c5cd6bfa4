import Glibc

/// Passes bytes on between a call and a session, in both directions, and looks at none of them. On one thread.
struct PostgresRelay {
    private struct Piece {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        var range = 0..<0
        var isEmpty: Bool { range.isEmpty }

        mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> PostgresStream.Step) -> PostgresStream.Step {
            let step = bytes.withUnsafeMutableBytes(read)
            if case .moved(let count) = step { range = 0..<count }
            return step
        }

        mutating func drain(_ write: (UnsafeRawBufferPointer) -> PostgresStream.Step) -> PostgresStream.Step {
            let step = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[range])) }
            if case .moved(let count) = step { range = range.lowerBound + count..<range.upperBound }
            return step
        }
    }

    let client: Int32
    let server: PostgresStream

    /// Until one of them ends.
    func run() {
        var up = Piece()
        var down = Piece()
        while true {
            var steps: [PostgresStream.Step] = []
            if up.isEmpty {
                steps.append(
                    up.fill { PostgresStream.step(recv(client, $0.baseAddress, $0.count, PostgresStream.dontWait)) })
            }
            if !up.isEmpty { steps.append(up.drain(server.write)) }
            if down.isEmpty { steps.append(down.fill(server.read)) }
            if !down.isEmpty {
                steps.append(
                    down.drain {
                        PostgresStream.step(
                            send(
                                client, $0.baseAddress, $0.count, PostgresStream.dontWait | PostgresStream.noSignal))
                    })
            }
            if steps.contains(.ended) { return }
            if steps.allSatisfy({ $0 == .waits }) { wait(up, down) }
        }
    }

    private func wait(_ up: Piece, _ down: Piece) {
        let (reads, writes) = (Int16(POLLIN), Int16(POLLOUT))
        var entries = [
            pollfd(fd: client, events: (up.isEmpty ? reads : 0) | (down.isEmpty ? 0 : writes), revents: 0),
            pollfd(fd: server.socket, events: (down.isEmpty ? reads : 0) | (up.isEmpty ? 0 : writes), revents: 0),
        ]
        _ = poll(&entries, 2, -1)
    }
}
