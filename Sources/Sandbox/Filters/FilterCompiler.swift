import Glibc
import Manifests

/// Compiles a profile's system call rules to BPF.
///
/// libseccomp gives the tables of names and numbers; the program is written here. libseccomp spends an instruction on
/// every allowed call, cannot express "every value but these" for one argument, and would not let placeholders stand:
/// a binary search over ranges of numbers with the same verdict takes a third of the instructions, and the kernel
/// translates them at every call.
enum FilterCompiler {
    /// Part of a cached filter's key: raise it with any change of what is compiled.
    static let version = 4

    /// BPF_MAXINSNS, but for what agentbox-init puts before it (CInit/filter.c).
    private static let limit = 4096 - 12

    static func compile(
        _ profile: ResolvedProfile, for architecture: Architecture = .host
    ) throws(SandboxError) -> FilterProgram {
        let rules = try FilterRules(profile, architecture)
        let cookie = Cookie.placeholder
        var assembler = BPFAssembler()
        let search = place(ranges(rules, architecture, cookie)[...], in: &assembler)
        let number = assembler.load(FilterData.number, then: search)
        // Another architecture's numbers mean other calls: i386 reaches sockets through `socketcall`.
        let isForeign = assembler.branch(
            BPFInstruction.jumpEqual, architecture.auditValue, yes: number, no: .action(.killProcess))
        _ = assembler.load(FilterData.architecture, then: isForeign)
        let program = assembler.program
        guard program.count <= limit else {
            throw SandboxError(
                .filterTooLarge,
                "the filter of profile `\(profile.name)` has \(program.count) instructions, the kernel takes \(limit)",
                remedy: "use fewer argument rules")
        }
        // INVARIANT: only the comparison with the cookie holds its placeholders, or init would change another rule.
        for half in [cookie.low, cookie.high] {
            let uses = program.filter { $0.code == BPFInstruction.jumpEqual && $0.operand == half }.count
            guard uses == 1 else {
                throw SandboxError(
                    .unsupported, "an argument rule of profile `\(profile.name)` uses the reserved number \(half)",
                    remedy: "remove that value from the rule")
            }
        }
        return FilterProgram(instructions: program, cookie: cookie)
    }

    /// From each start to the next one every number has the same outcome.
    private struct Range {
        let start: UInt32
        let outcome: CallOutcome
    }

    private static func ranges(_ rules: FilterRules, _ architecture: Architecture, _ cookie: Cookie) -> [Range] {
        var byNumber: [UInt32: CallOutcome] = [:]
        for (name, number) in rules.table.numbers { byNumber[number] = rules.outcome(of: name, cookie: cookie) }
        var ranges: [Range] = []
        for number in 0...rules.table.last + 1 {
            // Nobody's number, between the known ones or beyond: a kernel that has it is newer than this table.
            let outcome = byNumber[number] ?? .always(.error(ENOSYS))
            if ranges.last?.outcome != outcome { ranges.append(Range(start: number, outcome: outcome)) }
        }
        // x32 numbers have bit 30 set. They fall in the last range, ENOSYS as well: this says that they must.
        ranges.append(Range(start: architecture.firstForeignNumber, outcome: .always(.error(ENOSYS))))
        return ranges
    }

    private static func place(_ ranges: ArraySlice<Range>, in assembler: inout BPFAssembler) -> BPFAssembler.Target {
        if ranges.count == 1, let only = ranges.first {
            switch only.outcome {
            case .always(let action): return .action(action)
            case .depends(let decision): return assembler.place(decision)
            }
        }
        let middle = ranges.startIndex + ranges.count / 2
        let upper = place(ranges[middle...], in: &assembler)
        let lower = place(ranges[..<middle], in: &assembler)
        return assembler.branch(
            BPFInstruction.jumpGreaterOrEqual, ranges[middle].start, yes: upper, no: lower)
    }
}
