import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

/// Every system call of a publication, one after the other, ends the host or fails. `strace` does it from outside.
@Suite("No system call of a publication can be killed or made to fail in a way that leaves half of it")
struct LayerFaultTests {
    private static let systemCalls = ["renameat2", "renameat", "unlinkat", "fsync", "fdatasync", "write", "fchmodat"]

    private static let canTrace = Command.run(["strace", "-qq", "-o", "/dev/null", "true"]).status == 0

    @Test("Killed at the entry of each one", arguments: systemCalls)
    func survivesKill(systemCall: String) throws {
        try inject(systemCall, "signal=KILL")
    }

    @Test("Failed at each one", arguments: systemCalls)
    func survivesErrors(systemCall: String) throws {
        try inject(systemCall, "error=EIO")
    }

    private func inject(_ systemCall: String, _ fault: String) throws {
        guard Self.canTrace else { return print("skipped: strace is not here, or may not trace") }
        let fixture = try WorkspaceFixture([
            "a.txt": "0\n", "b.txt": "0\n", "dir/c.txt": "0\n", "gen-0/0": "0\n", "other": "stays\n",
        ])
        let helper = try HelperProcess.built("LayerTestHelper")
        let trace = fixture.folder("home") + "/trace"
        var generation = 0
        var faults = 0
        // Until the call that is counted to does not occur any more.
        for count in 1...400 {
            let next = String(generation + 1)
            // A crash under the tracer is a crash: Swift's own reporter would wait for a tracer's leave.
            let result = Command.run([
                "env", "SWIFT_BACKTRACE=enable=no", "strace", "-f", "-qq", "-o", trace, "-e",
                "trace=\(systemCall)", "-e",
                "inject=\(systemCall):\(fault):when=\(count)", helper, fixture.folder("workspace"),
                fixture.folder("home"), fixture.run, next, next,
            ])
            let recovery = try RunLayers.recover(runDirectory: fixture.run)
            #expect(recovery.unresolved == [] && recovery.failures == [], "\(systemCall) \(count)")
            let state = try LayerCrashTests.generation(of: fixture)
            #expect(state == generation || state == generation + 1, "\(systemCall) \(count)")
            if result.status == 0 { #expect(state == generation + 1, "\(systemCall) \(count)") }
            if result.output.contains("conflict") || result.output.contains("failed") {
                #expect(state == generation, "\(systemCall) \(count): \(result.output)")
            }
            generation = state
            #expect(fixture.leftovers() == [], "\(systemCall) \(count): \(result.output)")
            let isInjected = File.text(of: trace)?.contains("(INJECTED)") ?? false
            if result.status == 0, !isInjected { break }
            faults += 1
        }
        #expect(faults > 0)
        print("\(systemCall), \(fault): \(faults) faults")
    }
}
