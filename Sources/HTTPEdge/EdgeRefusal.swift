import MCP

/// Why a request does not reach the registry.
package struct EdgeRefusal: Error, Sendable {
    /// Of HTTP.
    package let status: Int
    package let failure: RPCFailure
    /// Fields of the answer.
    package var fields: [(name: String, value: String)] = []

    init(_ status: Int, _ message: String, code: Int64 = RPCFailure.invalidRequest) {
        self.status = status
        failure = RPCFailure(code: code, message: message)
    }

    init(_ status: Int, _ failure: RPCFailure) {
        self.status = status
        self.failure = failure
    }

    static func badRequest(_ message: String) -> EdgeRefusal { EdgeRefusal(400, message) }

    /// 2026-07-28, *Server Validation*.
    static func mismatch(_ message: String) -> EdgeRefusal {
        EdgeRefusal(400, "header mismatch: \(message)", code: -32020)
    }

    static let tooLarge = EdgeRefusal(413, "the body is too large")
    static let busy = EdgeRefusal(503, "too many sessions: end one with DELETE", code: RPCFailure.internalError)
    static let registryGone = EdgeRefusal(
        502, "the registry cannot be reached: the run is over", code: RPCFailure.internalError)
}
