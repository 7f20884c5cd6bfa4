import CPostgreSQL
import Glibc

/// The bytes of a session that libpq has begun: from here on it is read and written here, and libpq is asked nothing but
/// to end it.
struct PostgresStream {
    enum Step: Equatable {
        case moved(Int)
        case waits
        case ended
    }

    let socket: Int32
    private let tls: OpaquePointer?

    init(_ connection: PostgresConnection) {
        socket = PQsocket(connection.handle)
        tls = PQsslStruct(connection.handle, "OpenSSL").map { OpaquePointer($0) }
        if let tls { cp_write_from_anywhere(tls) }
    }

    /// Reads what there is.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        guard let tls else { return Self.step(recv(socket, buffer.baseAddress, buffer.count, Self.dontWait)) }
        ERR_clear_error()
        return step(SSL_read(tls, buffer.baseAddress, Int32(buffer.count)), tls)
    }

    /// Writes what can be.
    func write(_ buffer: UnsafeRawBufferPointer) -> Step {
        guard let tls else {
            return Self.step(send(socket, buffer.baseAddress, buffer.count, Self.dontWait | Self.noSignal))
        }
        ERR_clear_error()
        return step(SSL_write(tls, buffer.baseAddress, Int32(buffer.count)), tls)
    }

    private func step(_ count: Int32, _ tls: OpaquePointer) -> Step {
        if count > 0 { return .moved(Int(count)) }
        switch SSL_get_error(tls, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .waits
        default: return .ended
        }
    }

    static let dontWait = Int32(MSG_DONTWAIT)
    static let noSignal = Int32(MSG_NOSIGNAL)

    /// What a system call on a socket came to.
    static func step(_ count: Int) -> Step {
        if count > 0 { return .moved(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .waits }
        return .ended
    }
}
