import Glibc
import Manifests

/// The `allow` and the rules that say what an OCI profile means.
struct OCIProfileBuilder {
    private(set) var allow: [String] = []
    private(set) var rules: [SandboxProfile.SystemCalls.Rule] = []

    init(_ meaning: OCIMeaning, keepsDenials: Bool) throws(OCIError) {
        for (name, verdicts) in meaning.calls.sorted(by: { $0.key < $1.key }) where SystemCallTable.knows(name) {
            for (verdict, region) in verdicts.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
                let rules = rules(name, verdict, region, keepsDenials)
                guard let rules else {
                    throw OCIError(meaning.places[name] ?? "$", "needs more rules than a profile takes")
                }
                self.rules += rules
            }
        }
    }

    /// Nil if there are too many.
    private mutating func rules(
        _ name: String, _ verdict: CallVerdict, _ region: ArgumentRegion, _ keepsDenials: Bool
    ) -> [SandboxProfile.SystemCalls.Rule]? {
        switch verdict {
        case .allowed:
            let isKept = keepsDenials && FixedRefusals.calls.contains(name)
            // A line that opens nothing would mislead whoever reviews the profile.
            if isKept || name == FixedRefusals.unreadable || region.isEmpty { return [] }
            if region.isEverything {
                allow.append(name)
                return []
            }
            return OCIConditions(call: name, action: .allow, errno: nil, onlyAlternatives: keepsDenials)
                .rules(for: region)
        case .refused(let number):
            let errno = ErrorNumbers.name(of: number)
            return OCIConditions(call: name, action: .deny, errno: errno, onlyAlternatives: false).rules(for: region)
        case .killed:
            return OCIConditions(call: name, action: .kill, errno: nil, onlyAlternatives: false).rules(for: region)
        }
    }

    /// Rules that lift what every profile refuses of some arguments, for those of the calls that have such guards.
    func lifts(for calls: [String]) -> [SandboxProfile.SystemCalls.Rule] { calls.flatMap(lifts) }

    private func lifts(for call: String) -> [SandboxProfile.SystemCalls.Rule] {
        let own = rules.filter { $0.syscall == call && $0.action == .allow && !$0.isAlternative }
        let spoken = Set(own.flatMap(\.conditions).map(\.argument))
        return FixedRefusals.guardedArguments(of: call).subtracting(spoken).sorted().map { argument in
            let bits = ArgumentWidths.isKnown(argument, of: call) ? nil : 64
            let any = SandboxProfile.SystemCalls.Condition(
                argument: argument, test: .range(from: "0", to: nil), bits: bits)
            return SandboxProfile.SystemCalls.Rule(
                syscall: call, conditions: [any], isAlternative: false, action: .allow)
        }
    }

    /// Comparisons of bits that the kernel does not read, in words. libseccomp compares whole registers: what it refuses of
    /// an `int` argument passes with a bit set above (CVE-2019-10063), and so it does here.
    var loose: [String] {
        let found = rules.flatMap { rule in
            rule.conditions.filter { condition in
                guard condition.bits == 64, ArgumentWidths.width(of: condition.argument, in: rule.syscall) == .low32
                else {
                    return false
                }
                // A list of what is allowed refuses too much at worst.
                if case .in = condition.test, condition.mask == nil { return rule.action != .allow }
                return true
            }.map { "`\(rule.syscall)` (\(ArgumentNames.argument($0.argument, of: rule.syscall)))" }
        }
        return Set(found).sorted()
    }

    /// Calls that pass here and that no bundled profile names, for the person who reviews the import.
    func opens(_ analysis: FilterAnalysis, lifting lifts: [SandboxProfile.SystemCalls.Rule]) -> [String] {
        let whole = FixedRefusals.calls.filter { call in
            guard let region = try? analysis.allowed(call) else { return true }
            return !region.isEmpty
        }
        // Values of arguments that every profile refuses, such as TIOCSTI: named by call and argument.
        let guarded = (rules + lifts).filter { rule in
            rule.action == .allow && !rule.isAlternative
                && FixedRefusals.guardedArguments(of: rule.syscall).contains(rule.conditions.first?.argument ?? -1)
        }.map { "\($0.syscall) (argument \($0.conditions.first?.argument ?? 0))" }
        return Set(whole).union(guarded).sorted()
    }

    private static func order(_ verdict: CallVerdict) -> Int {
        switch verdict {
        case .allowed: 0
        case .refused(let number): 1 + Int(number)
        case .killed: Int.max
        }
    }
}
