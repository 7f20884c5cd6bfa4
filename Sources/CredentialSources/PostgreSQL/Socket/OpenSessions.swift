import CPostgreSQL
import Glibc
import LinuxIO

/// The sessions of one call, by the keys that cancel what they do. The keys are made here: the server's own are not the
/// call's to have.
final class OpenSessions: Sendable {
    struct Session: Sendable {
        let process: UInt32
        let key: UInt32
    }

    /// INVARIANT: made by `PQgetCancel`, which may be used from any thread, and freed when nobody has it any more.
    private final class Cancelling: @unchecked Sendable {
        let handle: OpaquePointer
        let key: UInt32

        init(_ handle: OpaquePointer) {
            self.handle = handle
            key = .random(in: .min ... .max)
        }

        deinit { PQfreeCancel(handle) }
    }

    private let most: Int
    private let state = Locked<[UInt32: Cancelling]>([:])

    init(most: Int) { self.most = most }

    func open(_ connection: PostgresConnection) -> Session? {
        guard let cancelling = PQgetCancel(connection.handle).map({ Cancelling($0) }) else { return nil }
        return state.withLock { state in
            guard state.count < most else { return nil }
            var process = UInt32.random(in: 1...UInt32(Int32.max))
            while state[process] != nil { process = UInt32.random(in: 1...UInt32(Int32.max)) }
            state[process] = cancelling
            return Session(process: process, key: cancelling.key)
        }
    }

    func close(_ session: Session) { state.withLock { $0[session.process] = nil } }

    /// Cancels what a session does; nothing if there is none with that key. It takes as long as the server does.
    func cancel(_ process: UInt32, _ key: UInt32) {
        guard let found = state.withLock({ $0[process] }), found.key == key else { return }
        var reason = [CChar](repeating: 0, count: 256)
        PQcancel(found.handle, &reason, Int32(reason.count))
    }
}
