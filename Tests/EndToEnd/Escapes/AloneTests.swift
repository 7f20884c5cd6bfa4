import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("What ends a call, or would outlive it, ends with it")
struct AloneTests {
    private static let survivors = ["double-forked-survivor", "survivor-in-another-group"]

    /// Words that no other process has among its arguments.
    private static func mark() -> String { "mark-\(UInt64.random(in: .min ... .max))" }

    @Test("no process of a call is left when it has ended", arguments: Person.possible)
    func survivor(person: Person) throws {
        let scene = try EscapeScene(person)
        for attempt in Self.survivors {
            let outside = Self.mark()
            _ = try scene.outside(["--only", attempt, "--trail", outside])
            #expect(Processes.count(withArgument: outside) == 1, "no control")
            Processes.kill(withArgument: outside)
            let cold = Self.mark()
            #expect(try scene.cold(.small, ["--only", attempt, "--trail", cold]).first?.result == .succeeded)
            #expect(Processes.count(withArgument: cold) == 0)
            let agent = Self.mark()
            #expect(try scene.agent(["--only", attempt, "--trail", agent]).first?.result == .succeeded)
            #expect(Processes.count(withArgument: agent) == 0)
        }
    }

    @Test("a call that does not want to end is ended", arguments: Person.possible)
    func deaf(person: Person) throws {
        let scene = try EscapeScene(person)
        let mark = Self.mark()
        let result = scene.callCold(.brief, ["--only", "ignore-sigterm", "--trail", mark])
        #expect(try JSON(parsing: result.output)["outcome"]?["end"] == "timeout", "\(result)")
        #expect(Processes.count(withArgument: mark) == 0)
        let control = try HelperProcess(program: try Probe.path(), ["--only", "ignore-sigterm", "--trail", mark])
        kill(control.identifier, SIGTERM)
        #expect(Processes.count(withArgument: mark) >= 1, "no control")
        Processes.kill(withArgument: mark)
    }

    @Test("memory beyond the limit is refused, or the end of the call", arguments: Person.possible)
    func memory(person: Person) throws {
        let scene = try EscapeScene(person)
        let isGrouped = try scene.isGrouped()
        for attempt in ["memory-bomb", "memory-bomb-in-many-processes"] {
            #expect(try scene.outside(["--only", attempt]).first?.result == .succeeded, "no control")
            let outcome = try JSON(parsing: scene.callCold(.small, ["--only", attempt]).output)["outcome"]
            let operations = outcome?["violations"]?.arrayValue?.compactMap { $0["operation"]?.stringValue } ?? []
            let isKilled = outcome?["signal"] == .integer(Int64(SIGKILL)) && operations.contains("memory")
            let said = outcome?["stdout"]?.stringValue ?? ""
            // Of many processes one more than it may have is refused before their memory is.
            #expect(isKilled || said.contains("refused"), "\(outcome?.encodedString() ?? "")")
            #expect(!said.contains("succeeded"))
            if attempt == "memory-bomb" { #expect(isKilled == isGrouped, "\(outcome?.encodedString() ?? "")") }
            let agent = try? scene.agent(["--only", attempt], options: ["--sandbox", "probe-small-agent"])
            #expect(agent?.first?.result != .succeeded)
        }
        // The call after it has its memory.
        #expect(try scene.isGrouped() == isGrouped)
    }

    /// The attempt, where its output stands in the result, and how many bytes of it are kept at most.
    private static let floods = [("output-flood", "stdout", 1 << 20), ("error-output-flood", "stderr", 256 << 10)]

    @Test("output without end is cut off", arguments: Person.possible)
    func flood(person: Person) throws {
        let scene = try EscapeScene(person)
        for (attempt, stream, most) in Self.floods {
            // The control writes four megabytes; the count of them is printed by `wc`.
            let control = Command.run(["/bin/sh", "-c", "\"$0\" --only \(attempt) 2>&1 | wc -c", try Probe.path()])
            let written = Int(control.output.filter(\.isNumber)) ?? 0
            #expect(written > 4 << 20, "\(control)")
            let outcome = try JSON(parsing: scene.callCold(.small, ["--only", attempt]).output)["outcome"]
            let kept = outcome?[stream]?.stringValue?.utf8.count ?? 0
            #expect(kept <= most && kept > 0, "\(kept) bytes")
            if stream == "stdout" { #expect(outcome?["end"] == "output limit") }
        }
    }
}
