import StrictJSON

/// What one line or one HTTP body turned out to be.
package enum Incoming: Hashable, Sendable {
    case message(RPCMessage)
    /// An array of messages: only 2025-03-26 has them, later revisions took them out again.
    case batch([Incoming])
    case malformed(MalformedMessage)
}

/// Bytes that are no message, and what can still be said about them.
package struct MalformedMessage: Error, Hashable, Sendable {
    /// The identifier, if that much was readable.
    package var id: RPCID?
    /// It had a `result` or an `error`: an answer, which is never answered, or two faulty peers would go on forever.
    package var isResponse: Bool
    package var failure: RPCFailure

    init(_ error: MCPError, id: RPCID? = nil, isResponse: Bool = false) {
        self.id = id
        self.isResponse = isResponse
        failure = RPCFailure(error)
    }
}

/// Messages from bytes and back.
///
/// Members that JSON-RPC does not define are ignored at the top of a message, so that later revisions can add some;
/// within parameters and results everything is kept.
package struct MessageCodec: Sendable {
    private let limits: JSONLimits
    private let valueLimit: Int
    private let batchLimit: Int

    package init(_ limits: MCPLimits = MCPLimits()) {
        self.limits = JSONLimits(bytes: limits.messageBytes, depth: limits.messageDepth)
        valueLimit = limits.messageValues
        batchLimit = limits.batchMessages
    }

    /// Reads one message. Never fails: what is wrong is part of the answer.
    package func decode(_ bytes: [UInt8]) -> Incoming { decode(bytes, Weight(of: bytes)) }

    /// Reads one message that has been weighed.
    func decode(_ bytes: [UInt8], _ weight: Weight) -> Incoming {
        guard weight.values <= valueLimit else {
            return .malformed(MalformedMessage(.invalidRequest("a message has at most \(valueLimit) values")))
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: limits)
        } catch {
            return .malformed(MalformedMessage(.parse(error.message)))
        }
        guard case .array(let elements) = json else { return decode(json) }
        guard !elements.isEmpty else { return .malformed(MalformedMessage(.invalidRequest("an empty batch"))) }
        guard elements.count <= batchLimit else {
            return .malformed(MalformedMessage(.invalidRequest("a batch of more than \(batchLimit) messages")))
        }
        return .batch(elements.map(decode))
    }

    /// Reads one message that has been parsed. A batch inside a batch is no message.
    package func decode(_ json: JSON) -> Incoming {
        guard case .object(let members) = json else {
            return .malformed(MalformedMessage(.invalidRequest("a message is an object")))
        }
        do throws(MalformedMessage) {
            return .message(try Self.message(members))
        } catch {
            return .malformed(error)
        }
    }

    /// One line without its end. JSON strings escape newlines, so the text holds none.
    package func encode(_ message: RPCMessage) -> [UInt8] { message.json.encoded() }

    private static func message(_ members: JSONObject) throws(MalformedMessage) -> RPCMessage {
        let id = members["id"].flatMap(RPCID.init)
        let isResponse = members["method"] == nil && (members["result"] != nil || members["error"] != nil)
        func malformed(_ detail: String) -> MalformedMessage {
            MalformedMessage(.invalidRequest(detail), id: id, isResponse: isResponse)
        }
        guard members["jsonrpc"] == "2.0" else { throw malformed("`jsonrpc` is not \"2.0\"") }
        if isResponse { return try response(members, id: id, malformed) }
        guard members["result"] == nil, members["error"] == nil else {
            throw malformed("both a method and an answer")
        }
        guard let named = members["method"] else { throw malformed("no method") }
        guard case .string(let method) = named else { throw malformed("`method` is not a string") }
        guard members["id"] == nil || id != nil else {
            throw malformed("`id` is neither an integer nor a string of at most \(RPCID.longest) bytes")
        }
        let params: JSONObject?
        switch members["params"] {
        case nil: params = nil
        case .object(let object): params = object
        default:
            throw MalformedMessage(.invalidParameters("`params` is not an object"), id: id, isResponse: false)
        }
        guard let id else { return .notification(RPCNotification(method: method, params: params)) }
        return .request(RPCRequest(id: id, method: method, params: params))
    }

    private static func response(
        _ members: JSONObject, id: RPCID?, _ malformed: (String) -> MalformedMessage
    ) throws(MalformedMessage) -> RPCMessage {
        switch (members["result"], members["error"]) {
        case (.object(let result)?, nil):
            guard let id else { throw malformed("a result without an identifier") }
            return .result(id, result)
        case (nil, let error?):
            guard id != nil || members["id"]?.isNull ?? true else {
                throw malformed("`id` is neither an integer nor a string of at most \(RPCID.longest) bytes")
            }
            do throws(MCPError) {
                return .failure(id, try RPCFailure(wire: error))
            } catch {
                throw malformed(error.message)
            }
        case (_?, _?): throw malformed("both a result and an error")
        default: throw malformed("`result` is not an object")
        }
    }
}
