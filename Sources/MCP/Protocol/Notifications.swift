import StrictJSON

/// `notifications/cancelled`: the result of a request will not be used.
package struct CancelledParams: Hashable, Sendable {
    package var requestID: RPCID
    package var reason: String?
    package var others = JSONObject()

    package init(requestID: RPCID, reason: String? = nil) {
        self.requestID = requestID
        self.reason = reason
    }
}

extension CancelledParams: WireValue {
    package static let wireName = "`params`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        requestID = try members.id("requestId")
        reason = try members.optionalString("reason")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["requestId"] = requestID.json
        members["reason"] = reason.map(JSON.string)
        members.append(others)
    }
}

/// `notifications/progress`: how far a request has come.
package struct ProgressParams: Hashable, Sendable {
    package var token: RPCID
    /// Grows with each notification. Numbers stay as they were written: 50 is not sent as 50.0.
    package var progress: JSON
    package var total: JSON?
    package var message: String?
    package var others = JSONObject()

    package init(token: RPCID, progress: JSON, total: JSON? = nil, message: String? = nil) {
        self.token = token
        self.progress = progress
        self.total = total
        self.message = message
    }
}

extension ProgressParams: WireValue {
    package static let wireName = "`params`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        token = try members.id("progressToken")
        progress = try members.number("progress")
        total = try members.optionalNumber("total")
        message = try members.optionalString("message")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["progressToken"] = token.json
        members["progress"] = progress
        members["total"] = total
        members["message"] = message.map(JSON.string)
        members.append(others)
    }
}
