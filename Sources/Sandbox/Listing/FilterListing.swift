import Manifests
import StrictJSON

/// A compiled filter, disassembled with names: what the kernel runs at every system call.
package struct FilterListing: Sendable {
    /// One instruction.
    package struct Line: Sendable {
        package let number: Int
        /// `jge`, `ld`: as bpf_dbg and seccomp-tools write them.
        package let operation: String
        /// `socket (41)`, `request low`, `TIOCSTI`.
        package let operand: String
        /// Where it goes on if the condition holds; where else. Nil for what does not branch.
        package let yes: Int?
        package let no: Int?
        /// The system calls that come by here; empty before the number is read.
        package let calls: String
    }

    package let profile: ProfileName
    package let architecture: String
    package let lines: [Line]
    /// What becomes of the calls, by name: the filter in words.
    package let summary: [FilterSummary.Group]

    package init(_ profile: ResolvedProfile) throws(SandboxError) {
        let program = try FilterCompiler.compile(profile)
        let reader = FilterReader(program, SystemCallTable.of(.host))
        self.profile = profile.name
        architecture = Architecture.host.rawValue
        lines = reader.lines
        summary = try FilterSummary.groups(of: profile)
    }

    package func json() -> JSON {
        [
            "profile": .string(profile.rawValue), "architecture": .string(architecture),
            "instructions": .array(lines.map { $0.json() }), "calls": .array(summary.map { $0.json() }),
        ]
    }
}

extension FilterListing.Line {
    fileprivate func json() -> JSON {
        [
            "number": .integer(Int64(number)), "operation": .string(operation), "operand": .string(operand),
            "true": yes.map { .integer(Int64($0)) } ?? .null, "false": no.map { .integer(Int64($0)) } ?? .null,
            "calls": .string(calls),
        ]
    }
}
