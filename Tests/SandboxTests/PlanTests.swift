import CSandbox
import Glibc
import LinuxIO
import Testing

@testable import Sandbox

/// Plans are checked by the very function that init checks them with.
@Suite("A plan that init would not believe is never sent")
struct PlanTests {
    private func file() throws -> SharedDescriptor { try Descriptor.open("/dev/null", pathOnly).shared() }

    private func check(_ sealed: SealedPlan, _ check: (UnsafeRawPointer?, Int, Int) -> Int32) throws -> Int32 {
        let isInFile = sealed.bytes.isEmpty
        let bytes = isInFile ? try sealed.descriptors[0].readAll(limit: Int(PLAN_MAX_SIZE)) : sealed.bytes
        // Aligned as init maps it.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        return check(copy.baseAddress, bytes.count, sealed.descriptors.count + (isInFile ? 0 : 1))
    }

    @Test func `a view with everything in it holds together`() throws {
        var view = ViewPlan(identity: .make())
        view.mappedOwner = LayerOwner(user: 1234, group: 1234)
        let folder = try file()
        view.mounts = [
            PlannedMount(content: .symbolicLink(to: "usr/bin"), target: "/bin"),
            PlannedMount(content: .bind(folder), target: "/usr"),
            PlannedMount(content: .overlay(lower: folder, upper: try file(), work: try file()), target: "/workspace"),
            PlannedMount(content: .temporary(bytes: 4096), target: "/tmp", mode: 0o1777, isReadOnly: false),
            PlannedMount(content: .file(text: "text"), target: "/etc/passwd", mode: 0o444),
            PlannedMount(content: .directory, target: "/empty"),
            PlannedMount(content: .devices(hasTerminal: false), target: "/dev"),
            PlannedMount(content: .processes, target: "/proc"),
        ]
        let sealed = try view.sealed()
        #expect(try check(sealed, plan_check_view) == 0)
        // The folder that is mounted twice goes once.
        #expect(sealed.descriptors.count == 3)
    }

    @Test func `a plan that is too large for a message goes in a file that nobody can change`() throws {
        var call = CallPlan(identity: .make(), executable: try file(), arguments: ["true"])
        #expect(try !call.sealed().bytes.isEmpty)
        call.arguments.append(String(repeating: "x", count: Int(PLAN_INLINE_MAX)))
        let sealed = try call.sealed()
        #expect(sealed.bytes.isEmpty && sealed.descriptors.count == 2)
        #expect(cs_memfd_is_sealed(sealed.descriptors[0].raw) == 1)
        #expect(try check(sealed, plan_check_call) == 0)
    }

    @Test func `a call with everything in it holds together`() throws {
        var call = CallPlan(identity: .make(), executable: try file(), arguments: ["true", "", "ü", "true"])
        call.environment = [("A", "b"), ("EMPTY", "")]
        call.input = try file()
        call.output = try file()
        call.terms.filter = try FilterCache(folder: nil).entry(for: .fixture())
        call.terms.limits = CallLimits(LaunchFixture.profile().limits, memory: nil).ofEachProcess(isInGroup: false)
        var rules = LandlockRuleset(abi: 7, refusesTCP: true)
        rules.allow(.read, inView: "/usr")
        rules.allow([.read, .change], inView: "/tmp", isOptional: true)
        rules.allow(.readFile, on: try file())
        rules.allow(.readFile, inView: "/workspace/a", sameAs: try file())
        call.landlock = rules
        #expect(try check(try call.sealed(), plan_check_call) == 0)
    }

    @Test func `an older landlock is asked only for what it knows`() throws {
        for abi: UInt32 in 1...8 {
            var rules = LandlockRuleset(abi: abi, refusesTCP: true)
            rules.allow([.read, .change, .deviceControl], inView: "/tmp")
            var call = CallPlan(identity: .make(), executable: try file(), arguments: ["true"])
            call.landlock = rules
            #expect(try check(try call.sealed(), plan_check_call) == 0, "ABI \(abi)")
            #expect(rules.abi == min(abi, 7))
            #expect((rules.networkRights == 0) == (abi < 4))
            #expect((rules.scopes == 0) == (abi < 6))
        }
    }

    @Test func `too many descriptors, too much text and a NUL byte are refused`() throws {
        var rules = LandlockRuleset(abi: 7, refusesTCP: true)
        for _ in 0..<PLAN_MAX_DESCRIPTORS { rules.allow(.readFile, on: try file()) }
        var call = CallPlan(identity: .make(), executable: try file(), arguments: ["true"])
        call.landlock = rules
        #expect(throws: SandboxError(.invalidSpecification, "")) { try call.sealed() }
        call.landlock = nil
        call.arguments = ["true", String(repeating: "x", count: Int(PLAN_MAX_SIZE))]
        #expect(throws: SandboxError(.invalidSpecification, "")) { try call.sealed() }
        call.arguments = ["tr\0ue"]
        #expect(throws: SandboxError(.invalidSpecification, "")) { try call.sealed() }
        var view = ViewPlan(identity: .make())
        view.mounts = Array(
            repeating: PlannedMount(content: .directory, target: "/empty"), count: Int(PLAN_MAX_MOUNTS) + 1)
        #expect(throws: SandboxError(.invalidSpecification, "")) { try view.sealed() }
    }

    @Test func `nobody inside is the host's root`() {
        for _ in 0..<1000 {
            let identity = CallIdentity.make()
            for map in identity.userMap + identity.groupMap { #expect(map.outside != 0 && map.count == 1) }
            guard geteuid() == 0 else { continue }
            #expect((0x7000_0000...0x7fff_ffff).contains(identity.hostUser))
            #expect(identity.hostUser != identity.initUser && identity.needsMapping)
        }
    }
}
