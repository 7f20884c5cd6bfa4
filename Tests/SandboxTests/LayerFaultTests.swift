import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

/// Every system call of a publication, one after the other, ends the host or fails, whichever thread makes it. A tracer
/// does it from outside.
@Suite("No system call of a publication can be killed or made to fail in a way that leaves half of it")
struct LayerFaultTests {
    private static let systemCalls = [
        "renameat2", "renameat", "unlinkat", "fsync", "write", "fchmodat", "syncfs",
    ]

    @Test("Killed at the entry of each one", arguments: systemCalls)
    func survivesKill(systemCall: String) throws {
        try inject(systemCall, "kill")
    }

    @Test("Failed at each one", arguments: systemCalls)
    func survivesErrors(systemCall: String) throws {
        try inject(systemCall, "error")
    }

    private func inject(_ systemCall: String, _ fault: String) throws {
        let fixture = try WorkspaceFixture([
            "a.txt": "0\n", "b.txt": "0\n", "dir/c.txt": "0\n", "gen-0/0": "0\n", "other": "stays\n",
        ])
        // Few files are flushed one by one, many by their file system.
        let extra = systemCall == "syncfs" ? 20 : 0
        var generation = 0
        var faults = 0
        // Until the call that is counted to does not occur any more.
        for count in 1...400 {
            let result = try TracedPublication(
                fixture, generation: generation + 1, extra: extra, systemCall, fault, count: count)
            let recovery = try RunLayers.recover(runDirectory: fixture.run)
            #expect(recovery.unresolved == [] && recovery.failures == [], "\(systemCall) \(count)")
            let state = try LayerCrashTests.generation(of: fixture)
            #expect(state == generation || state == generation + 1, "\(systemCall) \(count)")
            if result.status == 0 || !result.isInjected {
                #expect(state == generation + 1, "\(systemCall) \(count)")
            }
            if result.isRefused {
                #expect(state == generation, "\(systemCall) \(count): \(result.output)")
            }
            generation = state
            #expect(fixture.leftovers() == [], "\(systemCall) \(count): \(result.output)")
            #expect(Command.run(["ls", "-A", fixture.run + "/layers"]).output == ".lock\n", "\(systemCall) \(count)")
            if !result.isInjected { break }
            faults += 1
        }
        #expect(faults > 0)
        print("\(systemCall), \(fault): \(faults) faults")
    }
}

/// One generation that `LayerTestHelper` publishes under the tracer.
struct TracedPublication {
    let status: Int32
    let output: String
    /// The system calls on files, in the order in which they began and ended.
    let events: [Event]

    struct Event {
        let isBegin: Bool
        let name: String
        /// Of the end.
        let result: Int
        let path: String
    }

    /// It said what came of it, and that was no publication.
    var isRefused: Bool { status == 4 }
    /// False: there was no system call to make fail.
    var isInjected: Bool { status != 3 }

    init(
        _ fixture: WorkspaceFixture, generation: Int, extra: Int = 0, _ systemCall: String = "fsync",
        _ fault: String = "none", count: Int = 1
    ) throws {
        let log = fixture.folder("home") + "/system-calls"
        // A crash under the tracer is a crash: Swift's own reporter would wait for a tracer's leave.
        let result = Command.run([
            "env", "SWIFT_BACKTRACE=enable=no", try HelperProcess.built("system-call-tracer"), log, systemCall, fault,
            String(count), try HelperProcess.built("LayerTestHelper"), fixture.folder("workspace"),
            fixture.folder("home"), fixture.run, String(generation), String(generation), String(extra),
        ])
        status = result.status
        output = result.output + result.errorOutput
        events = (File.text(of: log) ?? "").split(separator: "\n").compactMap { Event($0) }
    }
}

extension TracedPublication.Event {
    fileprivate init?(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map { String($0) }
        if words.count >= 3, words[0] == "begin" {
            self.init(isBegin: true, name: words[1], result: 0, path: words[2...].joined(separator: " "))
        } else if words.count == 4, words[0] == "end", let result = Int(words[2]) {
            self.init(isBegin: false, name: words[1], result: result, path: words[3])
        } else {
            return nil
        }
    }
}
