import Diagnostics
import Glibc
import Manifests
import StrictJSON

/// A profile made from an OCI one, that lets the same calls with the same arguments pass.
///
/// What is made is compiled and compared, argument by argument, with what the OCI profile means: it never lets more pass,
/// and where it lets less pass that is said.
package struct OCIImport: Sendable {
    package let profile: SandboxProfile
    /// What the OCI profile allows and this one cannot.
    package let staysDenied: [String]
    /// What no bundled profile lets pass.
    package let opens: [String]
    /// What is carried over in another way.
    package let notes: [String]

    /// - Parameters:
    ///   - base: Where everything but the system calls comes from.
    ///   - keepsDenials: True to leave out what every profile refuses unless it names it.
    package init(
        _ json: JSON, name: ProfileName, description: String, base: ResolvedProfile, host: OCIHost, keepsDenials: Bool
    ) throws {
        let source = try OCIReader.read(json)
        let meaning = try OCIMeaning(source, host)
        let builder = try OCIProfileBuilder(meaning, keepsDenials: keepsDenials)
        let action = try Self.defaultAction(meaning)
        func made(_ rules: [SandboxProfile.SystemCalls.Rule]) -> SandboxProfile {
            // It extends nothing: `base` would add calls of its own.
            base.written(as: name, description: description, default: action, allow: builder.allow, rules: rules)
        }
        var profile = made(builder.rules)
        var comparison = try Self.compared(profile, meaning)
        let lifts = keepsDenials ? [] : builder.lifts(for: comparison.refusedCalls)
        if !keepsDenials {
            profile = made(builder.rules + lifts)
            comparison = try Self.compared(profile, meaning)
        }
        // INVARIANT: nothing passes that the OCI profile refuses.
        if let opened = comparison.opened.first {
            throw OCIError("$", "the profile that was made lets more pass: \(opened)", remedy: "report this")
        }
        self.profile = profile
        staysDenied = comparison.staysDenied
        opens = builder.opens(try FilterAnalysis(try Self.resolved(profile)), lifting: lifts)
        let loose = builder.loose.map { words in
            "\(words) is compared whole, as in libseccomp, and the kernel reads 32 bits of it: what is refused passes with a "
                + "bit set above; remove `bits: 64` to close that"
        }
        notes = try Self.notes(source, meaning) + meaning.notes + loose + comparison.notes
    }

    package func json() -> JSON {
        func texts(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
        return [
            "profile": profile.canonicalJSON(), "opens": texts(opens), "staysDenied": texts(staysDenied),
            "notes": texts(notes),
        ]
    }

    private static func defaultAction(
        _ meaning: OCIMeaning
    ) throws(OCIError) -> SandboxProfile.SystemCalls.Action {
        switch meaning.otherwise {
        case .refused(EPERM): return .eperm
        case .refused(ENOSYS): return .enosys
        case .killed: return .kill
        default:
            throw OCIError(
                "$.defaultErrnoRet", "a profile's `default` is EPERM, ENOSYS or kill",
                remedy: "use 1 or 38, and name the calls that return another error in rules")
        }
    }

    /// - Throws: `OCIError` for rules that make a filter larger than the kernel takes.
    private static func compared(_ profile: SandboxProfile, _ meaning: OCIMeaning) throws -> OCIComparison {
        let resolved = try resolved(profile)
        do throws(SandboxError) {
            return try OCIComparison(meaning, resolved)
        } catch {
            throw OCIError("$.syscalls", error.message, remedy: error.remedy)
        }
    }

    private static func resolved(_ profile: SandboxProfile) throws(ProfileError) -> ResolvedProfile {
        try ProfileResolver.resolve(profile.name, in: [profile.name: profile])
    }

    private static func notes(_ source: OCISeccomp, _ meaning: OCIMeaning) throws(OCIError) -> [String] {
        var notes: [String] = []
        if let architectures = source.architectures {
            guard architectures.contains(Architecture.host.ociName) else {
                throw OCIError("$.architectures", "does not name \(Architecture.host.ociName), which this machine is")
            }
            let others = architectures.filter { $0 != Architecture.host.ociName }
            if !others.isEmpty {
                let list = others.map { VisibleText.line($0, limit: 40) }.joined(separator: ", ")
                notes.append("calls of \(list) stay refused: their numbers mean other calls")
            }
        }
        let hasThread = source.rules.contains { $0.action == .killThread } || source.defaultAction == .killThread
        if hasThread { notes.append("SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD end the process, not the thread alone") }
        let unknown = meaning.calls.keys.filter { !SystemCallTable.knows($0) }.sorted()
        for name in unknown {
            let place = meaning.places[name] ?? "$"
            notes.append("\(place): \(VisibleText.quoted(name)) is unknown to this build and stays refused")
        }
        return notes
    }
}
