/// What the server's side of a connection says until a session is there: a type, a length that counts itself, a body.
enum ServerMessage {
    static let authenticated = message("R", [0, 0, 0, 0])
    static let ready = message("Z", Array("I".utf8))
    /// The whole answer to the question whether the connection might be encrypted: it is the call's own.
    static let unencrypted = Array("N".utf8)

    static func parameter(_ name: String, _ value: String) -> [UInt8] { message("S", text(name) + text(value)) }

    static func key(process: UInt32, _ key: UInt32) -> [UInt8] { message("K", word(process) + word(key)) }

    /// This side speaks no minor version but 0, and knows none of these options.
    static func negotiate(unknown options: [String]) -> [UInt8] {
        message("v", word(0) + word(UInt32(options.count)) + options.flatMap { text($0) })
    }

    /// - Parameter state: Five characters (PostgreSQL, appendix A).
    static func failure(_ state: String, _ reason: String) -> [UInt8] {
        let fields = [("S", "FATAL"), ("V", "FATAL"), ("C", state), ("M", reason)]
        return message("E", fields.flatMap { Array($0.0.utf8) + text($0.1) } + [0])
    }

    private static func message(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Array(type.utf8) + word(UInt32(body.count + 4)) + body
    }

    private static func word(_ value: UInt32) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func text(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 0 } + [0] }
}
