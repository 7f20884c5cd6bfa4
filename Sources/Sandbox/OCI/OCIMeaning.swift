import Diagnostics

/// What an OCI profile does with each call that it names, on one kind of host: a set of arguments for each verdict.
///
/// The specification does not say which of two rules holds where they differ. Of rules without arguments the first one
/// holds, and it holds over all that have some: that is what libseccomp makes of them, through which every runtime loads
/// a profile (tried with 2.5.4). Two rules with arguments that differ where both hold are an error.
struct OCIMeaning {
    /// What happens to calls and arguments that no rule is about.
    let otherwise: CallVerdict
    /// By name; the verdicts have no arguments in common.
    private(set) var calls: [String: [CallVerdict: ArgumentRegion]] = [:]
    /// Where a name was met first, for messages.
    private(set) var places: [String: String] = [:]
    /// Rules without effect, beside others that say something else.
    private(set) var notes: [String] = []
    /// Where the rule without arguments stands that decides about a name.
    private var decided: [String: String] = [:]

    init(_ profile: OCISeccomp, _ host: OCIHost) throws(OCIError) {
        guard let otherwise = profile.defaultAction.verdict, otherwise != .allowed else {
            throw OCIError(
                "$.defaultAction", "a profile here refuses what it does not name",
                remedy: "write the profile as a list of what is allowed")
        }
        self.otherwise = otherwise
        for rule in profile.rules where host.counts(rule) {
            guard let verdict = rule.action.verdict else {
                throw OCIError("\(rule.path).action", "cannot be carried over: calls pass, or refusals are reported")
            }
            // Runtimes skip a rule that says what the default says.
            guard verdict != otherwise else { continue }
            let region = try Self.exactly(rule.path + ".args") { () throws(SandboxError) in
                try Self.region(of: rule.arguments)
            }
            for (index, name) in rule.names.enumerated() {
                let place = "\(rule.path).names[\(index)]"
                if decided[name] != nil || rule.arguments.isEmpty {
                    decide(name, verdict, place)
                } else {
                    try add(name, verdict, region, place)
                }
            }
        }
    }

    /// The first rule without arguments; and any rule after it, which changes nothing.
    private mutating func decide(_ name: String, _ verdict: CallVerdict, _ place: String) {
        let known = calls[name] ?? [:]
        if let first = decided[name] {
            if known[verdict] == nil {
                notes.append("\(place): \(first) decides about \(VisibleText.quoted(name)), as in libseccomp")
            }
            return
        }
        if known.keys.contains(where: { $0 != verdict }) {
            notes.append("\(place) decides about \(VisibleText.quoted(name)) whatever its arguments, as in libseccomp")
        }
        calls[name] = [verdict: .everything]
        decided[name] = place
        places[name] = places[name] ?? place
    }

    private mutating func add(
        _ name: String, _ verdict: CallVerdict, _ region: ArgumentRegion, _ place: String
    ) throws(OCIError) {
        let known = calls[name] ?? [:]
        let isContradicted = try Self.exactly(place) { () throws(SandboxError) in
            for (other, taken) in known where other != verdict {
                if try !taken.intersection(region).isEmpty { return true }
            }
            return false
        }
        guard !isContradicted else {
            throw OCIError(
                place,
                "contradicts \(places[name] ?? "an earlier rule") for some arguments of \(VisibleText.quoted(name)), "
                    + "and OCI does not say which of them holds",
                remedy: "leave one of them out")
        }
        calls[name, default: [:]][verdict] = try Self.exactly(place) { () throws(SandboxError) in
            try (known[verdict] ?? .nothing).union(region)
        }
        if places[name] == nil { places[name] = place }
    }

    /// What cannot be computed exactly cannot be carried over.
    private static func exactly<Value>(
        _ place: String, _ body: () throws(SandboxError) -> Value
    ) throws(OCIError) -> Value {
        do { return try body() } catch { throw OCIError(place, error.message, remedy: error.remedy) }
    }

    /// All comparisons hold. Of several with one argument, runtimes take each for a rule of its own: one of them holds.
    private static func region(of arguments: [OCISeccomp.Argument]) throws(SandboxError) -> ArgumentRegion {
        let isOneEnough = Set(arguments.map(\.index)).count < arguments.count
        var region: ArgumentRegion = isOneEnough ? .nothing : .everything
        for argument in arguments {
            let next = try Self.region(of: argument)
            region = isOneEnough ? try region.union(next) : try region.intersection(next)
        }
        return region
    }

    private static func region(of argument: OCISeccomp.Argument) throws(SandboxError) -> ArgumentRegion {
        let (index, value) = (argument.index, argument.value)
        let region = ArgumentRegion.everything
        func at(_ range: ClosedRange<UInt64>?) throws(SandboxError) -> ArgumentRegion {
            guard let range else { return .nothing }
            return try region.intersection(anyOf: ArgumentCube.pieces(of: range), at: index)
        }
        switch argument.comparison {
        case .equal: return try region.intersection(ArgumentCube(mask: .max, value: value), at: index)
        case .notEqual: return try region.subtracting(ArgumentCube(mask: .max, value: value), at: index)
        case .less: return try at(value > 0 ? 0...(value - 1) : nil)
        case .lessOrEqual: return try at(0...value)
        case .greaterOrEqual: return try at(value...UInt64.max)
        case .greater: return try at(value < .max ? (value + 1)...UInt64.max : nil)
        case .maskedEqual:
            return try region.intersection(ArgumentCube(mask: value, value: argument.valueTwo), at: index)
        }
    }
}
