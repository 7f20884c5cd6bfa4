import Foundation
import StrictJSON

/// StrictJSON against Foundation on one MCP message of 1 KB.
func jsonBenchmark() throws -> [BenchmarkRow] {
    let message = jsonMessage
    let data = Data(message)
    let decoder = JSONDecoder()
    let parsing = try interleaved(rounds: 101, repetitions: 100) {
        keep(try JSON(parsing: message))
    } peer: {
        keep(try decoder.decode(Message.self, from: data))
    }
    let value = try JSON(parsing: message)
    let decoded = try decoder.decode(Message.self, from: data)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let writing = try interleaved(rounds: 101, repetitions: 100) {
        keep(try value.canonical())
    } peer: {
        keep(try encoder.encode(decoded))
    }
    return [
        BenchmarkRow(
            name: "parse a message of 1 KB", ours: parsing.ours, peer: "JSONDecoder", peers: parsing.peer, goal: 0.5),
        BenchmarkRow(
            name: "canonical form of it", ours: writing.ours, peer: "JSONEncoder, sorted", peers: writing.peer,
            goal: 0.5),
    ]
}

/// Keeps the optimiser from dropping what nothing reads.
@inline(never)
private func keep<Value>(_ value: Value) {}

private let jsonMessage = Array(
    #"""
    {"jsonrpc":"2.0","id":4711,"method":"tools/call","params":{"name":"fs.edit","arguments":{"path":"Sources/Registry/Registry.swift","edits":[{"old":"let decision = policy.decide(call)\n","new":"let decision = policy.decide(call, state: state, now: clock.now)\n","all":false},{"old":"return try await sandbox.run(authorised)","new":"let report = try await sandbox.run(authorised)\nreturn Outcome(report, \"structured\")"},{"old":"// Überholt: 見直し","new":""}],"dryRun":true,"limits":{"time":10.5,"memory":268435456,"output":1048576,"ratio":0.125}},"_meta":{"progressToken":"9f1c2d3e-0a4b-4c5d-8e6f-7a8b9c0d1e2f","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"example-client","version":"1.4.2"},"trace":[1,2,3,5,8,13,21,34,55,89,144,233],"labels":["untrusted","web",null,true,false],"notes":"a longer plain text that has no escapes at all, so that runs of ordinary characters are measured too"}}}
    """#.utf8)

/// What a decoder needs to be told beforehand.
private struct Message: Codable {
    var jsonrpc: String
    var id: Int
    var method: String
    var params: Parameters

    struct Parameters: Codable {
        var name: String
        var arguments: Arguments
        var _meta: Meta
    }

    struct Arguments: Codable {
        var path: String
        var edits: [Edit]
        var dryRun: Bool
        var limits: [String: Double]
    }

    struct Edit: Codable {
        var old: String
        var new: String
        var all: Bool?
    }

    struct Meta: Codable {
        var progressToken: String
        var protocolVersion: String
        var clientInfo: [String: String]
        var trace: [Int]
        var labels: [Label]
        var notes: String

        enum CodingKeys: String, CodingKey {
            case progressToken
            case protocolVersion = "io.modelcontextprotocol/protocolVersion"
            case clientInfo = "io.modelcontextprotocol/clientInfo"
            case trace, labels, notes
        }
    }

    enum Label: Codable {
        case text(String)
        case flag(Bool)
        case none

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .flag(let flag): try container.encode(flag)
            case .none: try container.encodeNil()
            }
        }
    }
}
