import Diagnostics
import LinuxIO
import StrictJSON

/// What went wrong between a client and a server, on either side of the connection.
package struct MCPError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?
    /// The number that the peer is told.
    package let rpcCode: Int64
    /// What else the peer is told.
    package let data: JSON?

    /// An error of any kind; the functions below name the ones that occur.
    package init(_ code: String, rpcCode: Int64, _ message: String, remedy: String? = nil, data: JSON? = nil) {
        self.code = code
        self.rpcCode = rpcCode
        self.message = message
        self.remedy = remedy
        self.data = data
    }

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

/// What a server answers.
extension MCPError {
    /// The bytes are not JSON.
    package static func parse(_ detail: String) -> MCPError {
        MCPError("parse-error", rpcCode: RPCFailure.parseError, "parse error: \(detail)")
    }

    /// JSON, but no message.
    package static func invalidRequest(_ detail: String) -> MCPError {
        MCPError("invalid-request", rpcCode: RPCFailure.invalidRequest, "invalid request: \(detail)")
    }

    package static func methodNotFound(_ method: String) -> MCPError {
        MCPError("method-not-found", rpcCode: RPCFailure.methodNotFound, "method not found: `\(method.shortened)`")
    }

    package static func invalidParameters(_ detail: String) -> MCPError {
        MCPError("invalid-parameters", rpcCode: RPCFailure.invalidParameters, "invalid params: \(detail)")
    }

    /// A name that `tools/list` does not have. Tools that the intent could never allow are unknown as well.
    package static func unknownTool(_ name: String) -> MCPError {
        MCPError("unknown-tool", rpcCode: RPCFailure.invalidParameters, "unknown tool: `\(name.shortened)`")
    }

    /// The server's own fault. `detail` reaches the agent: no paths of the host, no secrets.
    package static func internalError(_ detail: String) -> MCPError {
        MCPError("internal-error", rpcCode: RPCFailure.internalError, "internal error: \(detail)")
    }

    package static func unsupportedVersion(_ requested: String) -> MCPError {
        let known = ProtocolVersion(rawValue: requested)
        return MCPError(
            "unsupported-version", rpcCode: RPCFailure.unsupportedVersion,
            known == nil
                ? "unsupported protocol version `\(requested.shortened)`"
                : "protocol version `\(requested)` is negotiated by `initialize`, not by each request",
            data: [
                "supported": .array(ProtocolVersion.newestFirst.map { .string($0.rawValue) }),
                "requested": .string(requested),
            ])
    }
}

/// What a client meets.
extension MCPError {
    /// The server answered with an error of its own.
    static func refused(_ failure: RPCFailure) -> MCPError {
        MCPError(refusedCode, rpcCode: failure.code, failure.message, data: failure.data)
    }

    private static let refusedCode = "server-error"

    /// True if the message is the server's own.
    package var isServers: Bool { code == Self.refusedCode }

    package static var connectionClosed: MCPError {
        MCPError("connection-closed", rpcCode: RPCFailure.internalError, "the server closed the connection")
    }

    static var cancelled: MCPError {
        MCPError("cancelled", rpcCode: RPCFailure.internalError, "the request was cancelled")
    }

    static func badReply(_ detail: String) -> MCPError {
        MCPError("bad-reply", rpcCode: RPCFailure.internalError, "the server's answer is not valid: \(detail)")
    }

    static func system(_ error: SystemError) -> MCPError {
        MCPError("system-error", rpcCode: RPCFailure.internalError, error.message, remedy: error.remedy)
    }
}

extension String {
    /// Enough of a peer's text to recognise it: an error is no place to send a megabyte back.
    var shortened: String { utf8.count > 128 ? String(unicodeScalars.prefix(32)) + "…" : self }
}
