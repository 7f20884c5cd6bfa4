import CSandbox
import Glibc
import LinuxIO

/// One direction of a connection: a pipe, a socket, a terminal or a file, blocking or not.
///
/// A descriptor that was inherited must not be made nonblocking, since the flag belongs to whoever shares the open file:
/// a shell would stumble over its own terminal. So readiness is asked first, and not more is written than then fits.
struct StreamEnd: OpenDescriptor, Sendable {
    let raw: Int32
    private let owner: SharedDescriptor?
    private let isSocket: Bool
    private let isPatient: Bool

    init(_ descriptor: SharedDescriptor) { self.init(descriptor.raw, owner: descriptor) }

    init(borrowing descriptor: BorrowedDescriptor) { self.init(descriptor.raw, owner: nil) }

    private init(_ raw: Int32, owner: SharedDescriptor?) {
        self.raw = raw
        self.owner = owner
        var status = stat()
        let kind = fstat(raw, &status) == 0 ? status.st_mode & S_IFMT : 0
        isSocket = kind == S_IFSOCK
        let flags = fcntl(raw, F_GETFL)
        isPatient = kind != S_IFREG && (flags < 0 || flags & O_NONBLOCK == 0)
    }

    /// Reads once. Nil if nothing came before the task was cancelled; 0 at the end.
    func readSome(into buffer: inout [UInt8]) async throws(SystemError) -> Int? {
        while true {
            if !isReady(POLLIN) { _ = try await Reactor.shared.waitReadable(self) }
            if Task.isCancelled { return nil }
            let count = try buffer.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
                let room = UnsafeMutableRawBufferPointer(buffer)
                return isSocket ? try receive(into: room) : try read(into: room)
            }
            if let count { return count }
        }
    }

    /// Writes once, as much as fits. Nil if nothing fitted before the task was cancelled.
    func writeSome(_ bytes: ArraySlice<UInt8>) async throws(SystemError) -> Int? {
        while true {
            if !isReady(POLLOUT) { _ = try await Reactor.shared.waitWritable(self) }
            if Task.isCancelled { return nil }
            // A pipe that polls as writable takes PIPE_BUF bytes without blocking (POSIX, `write`).
            let piece = isPatient && !isSocket ? bytes.prefix(Int(PIPE_BUF)) : bytes
            let count = try piece.withUnsafeBufferPointer { (bytes) throws(SystemError) in
                let text = UnsafeRawBufferPointer(bytes)
                return isSocket ? try send(text) : try write(text)
            }
            if let count { return count }
        }
    }

    /// Returns when nobody can read any more what is written here, or the task is cancelled. Files never hang up.
    func waitForHangUp() async {
        // A set of its own with no event asked for: hang-ups and errors are reported always, data does not wake it.
        let set = epoll_shim_create()
        guard set >= 0 else { return await waitForCancellation() }
        let watched = Descriptor(owning: set)
        guard epoll_shim_add(watched.raw, raw, 0, 0) == 0 else { return await waitForCancellation() }
        _ = try? await Reactor.shared.waitReadable(watched)
    }

    private func waitForCancellation() async {
        while !Task.isCancelled { await Reactor.shared.sleep(until: .now + .seconds(3600)) }
    }

    private func isReady(_ events: Int32) -> Bool {
        var request = pollfd(fd: raw, events: Int16(events), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        while true {
            let count = recv(raw, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError.last("recv") }
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        while true {
            let count = Glibc.send(raw, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError.last("send") }
        }
    }
}
