import LinuxIO
import Policy
import StrictJSON
import Testing

@testable import Manifests
@testable import Registry

@Suite("Concurrent calls cannot overspend a budget between them")
struct DecisionGateTests {
    private static let intent = """
        apiVersion: agentbox.dev/v1
        kind: Intent
        name: task
        purpose: A test.
        principal: alice@example.com
        rules:
          - allow: shop.pay
            budget: BUDGET
          - allow: contacts.search
          - allow: mail.send
            args: {to: {from: {tool: contacts.search, at: /email}}}
        """

    private static func name(_ text: String) throws -> ToolName { try #require(ToolName(text)) }

    private static func gate(_ budget: String) throws -> DecisionGate {
        let intent = try Intent.load(
            Array(intent.replacing("BUDGET", with: budget).utf8), file: "intent.yaml")
        let schema = try CompiledSchema.compile(["type": "object"])
        var tools: [ToolName: PolicyTool] = [:]
        for text in ["shop.pay", "contacts.search", "mail.send"] {
            let annotations = Annotations(readOnly: false, destructive: false, idempotent: false, openWorld: false)
            tools[try name(text)] = PolicyTool(name: try name(text), annotations: annotations, inputSchema: schema)
        }
        return DecisionGate(try CompiledIntent(intent, tools: tools), startedAt: Timestamp.now().instant)
    }

    /// How many of many calls at once are allowed.
    private static func allowed(_ gate: DecisionGate, _ calls: Int, _ arguments: @escaping @Sendable (Int) -> JSON)
        async throws -> [Reservation]
    {
        let tool = try name("shop.pay")
        return await withTaskGroup(of: Reservation?.self) { group in
            for number in 0..<calls {
                group.addTask {
                    await gate.decide(PolicyCall(tool: tool, arguments: arguments(number), outputLimit: 100)).1
                }
            }
            var reservations: [Reservation] = []
            for await reservation in group { if let reservation { reservations.append(reservation) } }
            return reservations
        }
    }

    @Test(
        "of any kind",
        arguments: [
            ("{calls: 7}", 7), ("{calls: 7, per: 1h}", 7), ("{sum: args.amount, max: 0.7}", 7),
            ("{sum: args.amount, max: 0.7, per: 1h}", 7), ("{distinct: args.to, max: 7}", 7), ("{bytes: 700}", 7),
            ("[{calls: 9}, {sum: args.amount, max: 0.5}]", 5),
        ])
    func overspend(budget: String, expected: Int) async throws {
        let gate = try Self.gate(budget)
        let reservations = try await Self.allowed(gate, 200) { ["amount": 0.1, "to": .integer(Int64($0))] }
        #expect(reservations.count == expected)
        for reservation in reservations { await gate.release(reservation) }
        #expect(try await Self.allowed(gate, 200) { ["amount": 0.1, "to": .integer(Int64($0))] }.count == expected)
    }

    @Test("An output is known before anybody can use it")
    func provenance() async throws {
        let gate = try Self.gate("{calls: 1}")
        let search = PolicyCall(tool: try Self.name("contacts.search"), arguments: ["query": "bob"])
        let send = PolicyCall(tool: try Self.name("mail.send"), arguments: ["to": "bob@example.com"])
        #expect(await gate.decide(send).0.effect == .deny)
        let untrusted = await gate.decide(search).1
        let output = ToolOutput.text(Array(#"{"email": "bob@example.com"}"#.utf8))
        await gate.settle(untrusted, of: search, output: output, bytes: 28, labels: [.untrusted])
        #expect(await gate.decide(send).0.effect == .deny)
        #expect(await gate.decide(send).0.labels == [.untrusted])
        let trusted = await gate.decide(search).1
        await gate.settle(trusted, of: search, output: output, bytes: 28, labels: [])
        #expect(await gate.decide(send).0.effect == .allow)
    }
}
