import StrictJSON

/// The `error` member of a response.
package struct RPCFailure: Hashable, Sendable {
    package var code: Int64
    package var message: String
    package var data: JSON?
    /// Members that no revision defines, kept as they came.
    package var others: JSONObject

    package init(code: Int64, message: String, data: JSON? = nil) {
        self.code = code
        self.message = message
        self.data = data
        others = JSONObject()
    }

    /// What the peer is told of an error. The remedy is for the person at the host and stays here.
    package init(_ error: MCPError) { self.init(code: error.rpcCode, message: error.message, data: error.data) }
}

/// JSON-RPC 2.0 section 5.1, and the range that 2026-07-28 reserves for MCP.
extension RPCFailure {
    package static let parseError: Int64 = -32700
    package static let invalidRequest: Int64 = -32600
    package static let methodNotFound: Int64 = -32601
    package static let invalidParameters: Int64 = -32602
    package static let internalError: Int64 = -32603
    package static let unsupportedVersion: Int64 = -32022
}

extension RPCFailure: WireValue {
    package static let wireName = "`error`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        code = try members.integer("code")
        message = try members.string("message")
        data = members.optional("data")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["code"] = .integer(code)
        members["message"] = .string(message)
        members["data"] = data
        members.append(others)
    }
}
