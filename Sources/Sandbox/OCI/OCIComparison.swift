import Glibc
import Manifests

/// What an OCI profile means against what a profile enforces, for every call that this machine has.
struct OCIComparison {
    /// What passes here and not there: nothing, or the import is wrong.
    private(set) var opened: [String] = []
    /// What passes there and not here, in words.
    private(set) var staysDenied: [String] = []
    /// The names of those calls.
    private(set) var refusedCalls: [String] = []
    /// Refused by both, with another error.
    private(set) var notes: [String] = []

    init(_ meaning: OCIMeaning, _ profile: ResolvedProfile) throws(SandboxError) {
        let analysis = try FilterAnalysis(profile)
        var recent: [String] = []
        for (name, number) in analysis.table.numbers.sorted(by: { $0.key < $1.key }) {
            let ours = try analysis.outcomes(ofNumber: number)
            let theirs = try Self.completed(meaning.calls[name] ?? [:], meaning.otherwise)
            let (here, there) = (ours[.allowed] ?? .nothing, theirs[.allowed] ?? .nothing)
            let more = try here.subtracting(there)
            if !more.isEmpty { opened.append(Self.text(name, more)) }
            let less = try there.subtracting(here)
            if !less.isEmpty {
                refusedCalls.append(name)
                staysDenied.append(Self.text(name, less) + (meaning.places[name].map { " (\($0))" } ?? ""))
            }
            for (verdict, region) in theirs where verdict != .allowed {
                for (other, place) in ours where other != .allowed && other != verdict {
                    let common = try region.intersection(place)
                    if common.isEmpty { continue }
                    if analysis.table.recent.contains(name), other == .refused(ENOSYS) {
                        recent.append(name)
                    } else {
                        notes.append("\(Self.text(name, common)) meets \(Self.word(other)), not \(Self.word(verdict))")
                    }
                }
            }
        }
        if !recent.isEmpty {
            notes.append(
                "\(recent.count) calls are refused as by a kernel that does not have them, with ENOSYS, as container "
                    + "runtimes do: \(recent.joined(separator: " "))")
        }
    }

    /// The verdicts of a call with what no rule is about.
    static func completed(
        _ verdicts: [CallVerdict: ArgumentRegion], _ otherwise: CallVerdict
    ) throws(SandboxError) -> [CallVerdict: ArgumentRegion] {
        var rest = ArgumentRegion.everything
        for region in verdicts.values { rest = try rest.subtracting(region) }
        var result = verdicts
        if !rest.isEmpty { result[otherwise] = rest }
        return result
    }

    private static func text(_ name: String, _ region: ArgumentRegion) -> String {
        let words = RegionText.words(region, of: name)
        return "`\(name)`" + (words.isEmpty ? "" : " where \(words)")
    }

    private static func word(_ verdict: CallVerdict) -> String {
        switch verdict {
        case .allowed: "nothing"
        case .refused(let number): ErrorNumbers.name(of: number)
        case .killed: "the end of the process"
        }
    }
}
