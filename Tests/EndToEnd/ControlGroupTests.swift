import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Control groups are where they can be, and gone with their run")
struct ControlGroupTests {
    /// Root on a host with version 1 has groups for certain.
    private static let areCertain =
        geteuid() == 0 && ["memory", "pids"].allSatisfy { access("/sys/fs/cgroup/\($0)/cgroup.procs", W_OK) == 0 }

    /// The groups of a run, by the process that made them; of all if there is none.
    private static func groups(of process: pid_t) -> [String] {
        Command.run(["/usr/bin/find", "/sys/fs/cgroup", "-type", "d", "-name", "agentbox-*-\(process)-*"]).output
            .split(separator: "\n").map(String.init)
    }

    @Test("An outcome says what bound the memory", arguments: Person.possible)
    func outcome(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: exec.run")
        let outcome = try scene.call("exec.run", ["argv": ["true"]])["outcome"]
        let resources = try #require(outcome?["resources"], "\(outcome?.encodedString() ?? "")")
        let bound = try #require(resources["memoryBoundBy"]?.stringValue)
        #expect(["cgroup", "process"].contains(bound))
        #expect((resources["peakBytesTogether"] == nil) == (bound == "process"))
        if person == .root, Self.areCertain { #expect(bound == "cgroup") }
        let ledger = scene.agentbox(["audit", "log", "--json"]).output
        #expect(ledger.contains("\"memoryBoundBy\":\"\(bound)\""), "\(ledger)")
    }

    @Test("A call that fills its scratch is told apart from one that does not", arguments: Person.possible)
    func scratch(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: exec.run")
        for (bytes, isFull) in [(600 << 20, true), (1 << 20, false)] {
            let script = "head -c \(bytes) /dev/zero >/tmp/x"
            let outcome = try scene.call("exec.run", ["argv": ["sh", "-c", .string(script)]])["outcome"]
            let operations = outcome?["violations"]?.arrayValue?.compactMap { $0["operation"]?.stringValue } ?? []
            #expect(operations.contains("scratch") == isFull, "\(outcome?.encodedString() ?? "")")
        }
    }

    @Test("A run takes its groups with it, and those of one that was killed go with the next", .enabled(if: areCertain))
    func recovery() throws {
        let scene = try Scene(.root, rules: "- allow: exec.run")
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--", "/bin/sh", "-c", "echo started; sleep 1000"], as: .root, home: scene.home)
        let killed = try HelperProcess(program: words[0], Array(words.dropFirst()))
        while let line = try killed.line(), line != "started" {}
        #expect(!Self.groups(of: killed.identifier).isEmpty)
        killed.kill()
        // Its agentbox-init sees that and goes; a group with somebody in it is not removed, and the next run tries.
        var rounds = 0
        while !Self.groups(of: killed.identifier).isEmpty, rounds < 10 {
            let next = InstalledAgentbox.shared.command(
                ["call", "--intent", scene.intent, "exec.run", "--json", #"{"argv":["true"]}"#], as: .root,
                home: scene.home)
            let ordinary = try HelperProcess(program: next[0], Array(next.dropFirst()))
            _ = try ordinary.lines()
            #expect(ordinary.wait() == 0)
            #expect(Self.groups(of: ordinary.identifier).isEmpty)
            rounds += 1
        }
        #expect((1..<10).contains(rounds))
    }
}
