import Glibc
import Manifests

/// System calls, by what passes the two compiled filters: not by the words that they were compiled from.
enum CallChanges {
    private typealias Change = ProfileComparison.Change

    static func changes(
        _ old: ResolvedProfile, _ new: ResolvedProfile
    ) throws(SandboxError) -> [ProfileComparison.Change] {
        let (before, after) = (try FilterAnalysis(old), try FilterAnalysis(new))
        var changes: [Change] = []
        for (name, number) in before.table.numbers.sorted(by: { $0.key < $1.key }) {
            do throws(SandboxError) {
                changes += try self.changes(name, try Side(before, old, number), try Side(after, new, number))
            } catch {
                changes.append(Change(area(of: name), .unknown, "`\(name)`: \(error.message)"))
            }
        }
        if old.defaultAction != new.defaultAction {
            changes.append(
                Change(
                    .systemCalls, .changes,
                    "what nothing allows meets \(new.defaultAction.rawValue), not \(old.defaultAction.rawValue)"))
        }
        return changes
    }

    private static func changes(
        _ name: String, _ old: Side, _ new: Side
    ) throws(SandboxError) -> [Change] {
        let area = area(of: name)
        var changes: [Change] = []
        let opened = try new.allowed.subtracting(old.allowed)
        let closed = try old.allowed.subtracting(new.allowed)
        if !opened.isEmpty { changes.append(Change(area, .opens, text(name, "passes", opened))) }
        if !closed.isEmpty { changes.append(Change(area, .closes, text(name, "does not pass", closed))) }
        return changes + (try refusals(name, old, new))
    }

    /// Calls that both refuse, in different ways. The one default against the other is said once, not for each call.
    private static func refusals(
        _ name: String, _ old: Side, _ new: Side
    ) throws(SandboxError) -> [Change] {
        var changes: [Change] = []
        for (verdict, region) in new.outcomes where verdict != .allowed {
            for (other, place) in old.outcomes where other != .allowed && other != verdict {
                guard verdict != new.refusal || other != old.refusal else { continue }
                let common = try region.intersection(place)
                if !common.isEmpty {
                    let what = "meets \(word(verdict)), not \(word(other))"
                    changes.append(Change(.systemCalls, .changes, text(name, what, common)))
                }
            }
        }
        return changes
    }

    /// What one profile does with a call.
    private struct Side {
        let outcomes: [CallVerdict: ArgumentRegion]
        /// What nothing allows meets.
        let refusal: CallVerdict

        var allowed: ArgumentRegion { outcomes[.allowed] ?? .nothing }

        init(_ analysis: FilterAnalysis, _ profile: ResolvedProfile, _ number: UInt32) throws(SandboxError) {
            outcomes = try analysis.outcomes(ofNumber: number)
            refusal =
                switch profile.defaultAction {
                case .eperm: .refused(EPERM)
                case .enosys: .refused(ENOSYS)
                case .kill: .killed
                }
        }
    }

    private static func word(_ verdict: CallVerdict) -> String {
        switch verdict {
        case .allowed: "nothing"
        case .refused(let number): ErrorNumbers.name(of: number)
        case .killed: "the end of the process"
        }
    }

    private static func area(of call: String) -> ProfileComparison.Area {
        SystemCallGroups.members(of: "@network-io")?.contains(call) == true && call.hasPrefix("socket")
            ? .network : .systemCalls
    }

    private static func text(_ name: String, _ what: String, _ region: ArgumentRegion) -> String {
        let words = RegionText.words(region, of: name)
        return "`\(name)` \(what)" + (words.isEmpty ? "" : " where \(words)")
    }
}
