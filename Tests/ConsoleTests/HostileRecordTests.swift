import Ledger
import LinuxIO
import Store
import StrictJSON
import TestSupport
import Testing

@testable import Console

@Suite("What agents and tools say stays text on every page")
struct HostileRecordTests {
    private static let payload = "\"'><img src=x onerror=alert(1)><script>evil()</script>\u{202E}</title>"
    private static let run = "2026-11-24-000000000000"

    /// A ledger in which everything that somebody else can choose is hostile.
    private static func fill(_ home: Home) async throws {
        let (ledger, _) = try Ledger.open(home.ledger)
        let context = RunContext(
            run: run, task: payload, intentDigest: payload, principal: payload,
            agent: .init(name: payload, confinement: .unconfined))
        try await ledger.append(
            RunStartedEntry(context: context, workspace: payload, command: [payload], version: payload))
        let index = try await ledger.append(
            DecidedEntry(
                context: context, call: payload, tool: payload, effect: "allow",
                decision: [
                    "effect": "allow", "code": .string(payload), "reason": .string("`\(payload)` \(payload)"),
                    "rules": [
                        [
                            "index": 0, "effect": .string(payload), "tool": .string(payload), "matched": true,
                            "why": .string(payload),
                        ]
                    ],
                    "amendment": [
                        "advice": .string(payload), "yaml": .string(payload), "relation": "wider",
                        "opens": [["text": .string(payload)]],
                    ],
                ],
                arguments: .inline([payload: .string(payload), "list": [.string(payload)]]),
                grants: [["read": .string(payload)], [payload: .string(payload)]], toolDigest: payload,
                profileDigest: payload, callDigest: payload, labels: [payload], server: payload))
        try await ledger.append(
            EndedEntry(
                context: context, call: payload, tool: payload, decided: index,
                outcome: [
                    "status": "failed", "end": .string(payload),
                    "failure": ["code": .string(payload), "message": .string(payload)],
                    "details": [.string(payload)], "unreported": [.string(payload)],
                    "conflict": ["path": .string(payload), "reason": .string(payload)],
                    "violations": [
                        [
                            "layer": .string(payload), "operation": .string(payload), "path": .string(payload),
                            "error": .string(payload), "detail": .string(payload), "arguments": [.string(payload)],
                            "count": 3,
                        ]
                    ],
                    "changes": [["path": .string(payload), "kind": "created", "entry": "file"]],
                ], labels: [payload]))
        try await ledger.append(
            DenialsEntry(context: context, counts: [.init(tool: payload, code: payload, rules: [], count: 7)]))
        try await ledger.append(["kind": .string(payload), "time": .string(payload), "run": .string(run)])
        try await ledger.append(RunEndedEntry(context: context, outcome: ["end": .string(payload)]))
        try await ledger.close()
    }

    @Test("every page shows it, and none obeys it")
    func pages() async throws {
        let scene = try await ConsoleScene(Self.fill)
        let cookie = try await scene.cookie()
        let call = PagePath("runs", Self.run, "calls", Self.payload).text
        let paths = [
            "/", "/runs?find=img", "/runs/" + Self.run,
            PagePath("runs", Self.run, query: [("tool", Self.payload)]).text, call,
            "/runs/\(Self.run)/changes", "/ledger", "/ledger/1", "/ledger/4", "/tools", "/profiles", "/approvals",
            PagePath("runs", query: [("find", Self.payload)]).text, "/review",
        ]
        for path in paths {
            let page = try await scene.get(path, cookie: cookie)
            #expect(page.status == 200, "\(path): \(page.head)")
            #expect(MarkupCheck.problems(page.body).isEmpty, "\(path): \(MarkupCheck.problems(page.body))")
            #expect(!page.body.contains("<img") && !page.body.contains("evil()</script>"))
            // What a person looks for is in the field again as they wrote it.
            if !path.hasPrefix("/runs?find=") { #expect(!page.body.contains("\u{202E}"), "\(path)") }
        }
        // They are about it: what is checked above is there.
        for path in ["/", "/runs/" + Self.run, call, "/ledger/1"] {
            let page = try await scene.get(path, cookie: cookie)
            #expect(page.body.contains("&lt;img src=x onerror=alert(1)&gt;"), "\(path)")
            #expect(page.body.contains("\\u{202E}"), "\(path)")
        }
    }

    @Test("a run is told in a sentence")
    func summary() async throws {
        let scene = try await ConsoleScene(Self.fill)
        let page = try await scene.get("/runs/" + Self.run, cookie: try await scene.cookie())
        #expect(page.body.contains("It made 8 calls: 1 went ahead"))
        #expect(page.body.contains("7 were denied"))
        #expect(page.body.contains("outside of any box"))
        #expect(page.body.contains("refused something in 1 call"))
    }
}
