import Manifests
import StrictJSON

/// How exposed a call under a profile leaves the host, area by area, from 0 (nothing) to 10 (as without a sandbox).
///
/// In the manner of `systemd-analyze security`, with its names of areas where they exist. What passes is asked of the
/// compiled filter, not read from the words of the profile. The total is the quadratic mean of the areas by their weights:
/// what one area leaves open is not averaged away by twenty that leave nothing.
package struct ProfileScore: Sendable {
    /// The words of systemd's tool, at its thresholds.
    package enum Verdict: String, Sendable, CaseIterable {
        case perfect, safe, ok, medium, exposed, unsafe, dangerous

        init(exposure: Double) {
            switch exposure {
            case 10...: self = .dangerous
            case 9...: self = .unsafe
            case 7.5...: self = .exposed
            case 5...: self = .medium
            case 1...: self = .ok
            case 0.1...: self = .safe
            default: self = .perfect
            }
        }
    }

    package let profile: ProfileName
    /// The most exposed first, as they weigh.
    package let areas: [ScoredArea]
    /// 0 to 10, in hundredths.
    package let exposure: Double
    package var verdict: Verdict { Verdict(exposure: exposure) }

    package init(_ profile: ResolvedProfile) throws(SandboxError) {
        let subject = try ScoreSubject(profile)
        var areas = IsolationAreas.areas(of: subject)
        areas += try SystemCallAreas.areas(of: subject)
        areas += try ArgumentAreas.areas(of: subject)
        areas += try NetworkAreas.areas(of: subject)
        areas += FileSystemAreas.areas(of: subject)
        areas += LimitAreas.areas(of: subject)
        self.profile = profile.name
        let weight = areas.reduce(0) { $0 + $1.weight.rawValue }
        let sum = areas.reduce(0) { $0 + $1.exposure * $1.exposure * Double($1.weight.rawValue) }
        exposure = ((sum / Double(weight)).squareRoot() * 100).rounded() / 100
        self.areas = areas.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            let share = (a.exposure * Double(a.weight.rawValue), b.exposure * Double(b.weight.rawValue))
            return share.0 != share.1 ? share.0 > share.1 : left.offset < right.offset
        }.map(\.element)
    }

    /// One digit after the point; never down to nothing.
    static func rounded(_ exposure: Double) -> Double {
        let tenths = (exposure * 10).rounded()
        return (exposure > 0 ? max(1, tenths) : 0) / 10
    }

    package func json() -> JSON {
        [
            "profile": .string(profile.rawValue), "exposure": .number(exposure), "verdict": .string(verdict.rawValue),
            "areas": .array(areas.map { $0.json() }),
        ]
    }
}
