import CPostgreSQL
import Credentials
import Glibc

/// One connection of a call: let in without a password if it is for the role and its database, and joined to a session
/// for which libpq has proven the password to the server.
struct PostgresClient {
    let socket: Int32
    let server: PostgresServer
    let role: String
    let password: String
    let sessions: OpenSessions

    /// What the server says of a session, and clients want to know.
    private static let told = [
        "server_version", "server_encoding", "client_encoding", "application_name", "default_transaction_read_only",
        "in_hot_standby", "is_superuser", "session_authorization", "DateStyle", "IntervalStyle", "TimeZone",
        "integer_datetimes", "standard_conforming_strings",
    ]
    private static let patience = Duration.seconds(10)

    /// On a thread of its own.
    func serve() {
        // Attack: one that never says what it wants keeps a place.
        var time = timeval(tv_sec: Int(Self.patience.components.seconds), tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        for _ in 0..<3 {
            guard let bytes = packet() else { return }
            switch StartupPacket(bytes) {
            case .encryption?: guard say(ServerMessage.unencrypted) else { return }
            case .cancel(let process, let key)?: return sessions.cancel(process, key)
            case .start(let minor, let parameters)?: return start(minor, parameters)
            case nil: return refuse("08P01", "this is no startup packet of version 3")
            }
        }
    }

    private func start(_ minor: UInt16, _ parameters: [StartupPacket.Parameter]) {
        let settings: SessionSettings
        do throws(SessionSettings.Refusal) {
            settings = try SessionSettings(parameters, role: role, database: server.options.database)
        } catch {
            return refuse(error.state, error.reason)
        }
        let connection: PostgresConnection
        do throws(PostgresConnection.Failure) {
            let fixed = try server.parameters(role, password, server.options.database).filter {
                !["application_name", "client_encoding"].contains($0.0)
            }
            connection = try PostgresConnection(fixed + [("options", settings.options)], until: .now + Self.patience)
        } catch {
            let scrub = Scrubbing([Secret(password)])
            return refuse(error.isAnswer ? "28000" : "08006", scrub(error.message))
        }
        guard let session = sessions.open(connection) else { return refuse("53300", "too many sessions are open") }
        defer { sessions.close(session) }
        var greeting = minor > 0 || !settings.unknown.isEmpty ? ServerMessage.negotiate(unknown: settings.unknown) : []
        greeting += ServerMessage.authenticated
        for name in Self.told {
            guard let value = PQparameterStatus(connection.handle, name) else { continue }
            greeting += ServerMessage.parameter(name, String(cString: value))
        }
        greeting += ServerMessage.key(process: session.process, session.key) + ServerMessage.ready
        guard say(greeting) else { return }
        PostgresRelay(client: socket, server: PostgresStream(connection)).run()
    }

    private func packet() -> [UInt8]? {
        guard let head = read(4) else { return nil }
        let length = head.reduce(0) { $0 << 8 | Int($1) } - 4
        guard (4...StartupPacket.longest).contains(length) else {
            refuse("08P01", "this is no startup packet")
            return nil
        }
        return read(length)
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        let deadline = ContinuousClock.now + Self.patience
        while done < count, ContinuousClock.now < deadline {
            let got = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: done), count - done, 0) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            done += got
        }
        return done == count ? bytes : nil
    }

    private func refuse(_ state: String, _ reason: String) { _ = say(ServerMessage.failure(state, reason)) }

    private func say(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, PostgresStream.noSignal) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
