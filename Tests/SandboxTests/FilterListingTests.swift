import Manifests
import Testing

@testable import Sandbox

@Suite("A disassembled filter can be read, and is the filter")
struct FilterListingTests {
    @Test(arguments: BundledProfiles.names)
    func `every call comes by the lines that the kernel takes it through`(_ name: String) throws {
        let profile = try BundledProfiles.resolved(name)
        let listing = try FilterListing(profile)
        let program = try FilterCompiler.compile(profile).instructions
        #expect(listing.lines.count == program.count)
        for (line, instruction) in zip(listing.lines, program) where instruction.code == BPFInstruction.return {
            #expect(line.operation == "ret")
            #expect(line.operand.hasPrefix("allow") == (instruction.operand == FilterAction.allow.rawValue))
        }
        let known = Set(SystemCallTable.of(.host).numbers.keys)
        #expect(Set(listing.summary.flatMap(\.calls)) == known)
        #expect(listing.summary.reduce(0) { $0 + $1.calls.count } == known.count)
    }

    @Test func `names stand for numbers`() throws {
        let listing = try FilterListing(try BundledProfiles.resolved("pure"))
        let lines = listing.lines.map { "\($0.operation) \($0.operand) | \($0.calls)" }
        for expected in [
            "ld architecture | ", "jeq \(Architecture.host.rawValue) | ",
            "ld request | ioctl", "jeq TIOCGWINSZ | ioctl",
            "jeq PR_SET_PDEATHSIG | prctl", "jeq FIONREAD | ioctl", "jeq the launcher's random number | execveat",
        ] {
            #expect(lines.contains(expected), "\(expected)")
        }
        let outcomes = Dictionary(
            uniqueKeysWithValues: listing.summary.flatMap { group in
                group.calls.map { ($0, group.outcome) }
            })
        #expect(outcomes["read"] == "passes" && outcomes["ptrace"] == "EPERM" && outcomes["clone3"] == "ENOSYS")
        #expect(outcomes["prlimit64"] == "passes where pid is 0, else EPERM")
    }

    @Test func `a refusal that is reported is called that`() {
        let table = SystemCallTable.of(.x86_64)
        let program = FilterProgram(
            instructions: [.init(code: BPFInstruction.return, operand: CallVerdict.notify)], cookie: .placeholder)
        #expect(FilterReader(program, table).lines.map(\.operand) == ["refuse and report"])
    }
}
