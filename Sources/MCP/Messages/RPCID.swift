import StrictJSON

/// The identifier of a request: a string of bounded length or a 64-bit integer. Progress tokens have the same form.
///
/// MCP allows neither null nor fractions (2026-07-28 basic, *Requests*).
package enum RPCID: Hashable, Sendable {
    case string(String)
    case integer(Int64)

    /// Bytes of the longest string: the server keeps it while it works, and sends it back with every report.
    package static let longest = 4096

    package init?(_ json: JSON) {
        switch json {
        case .string(let text) where text.utf8.count <= Self.longest: self = .string(text)
        case .integer(let number): self = .integer(number)
        default: return nil
        }
    }

    package var json: JSON {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        }
    }
}
