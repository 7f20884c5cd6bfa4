import Manifests
import StrictJSON

/// One area of exposure.
package struct ScoredArea: Sendable {
    /// What an area counts for in the total.
    package enum Weight: Int, Sendable {
        /// It bounds what one call uses up.
        case resource = 1
        /// It helps an attack that needs something else too.
        case support = 3
        /// It reaches data or processes beyond the call.
        case reach = 6
        /// It leads out of the sandbox, or takes a layer away.
        case escape = 10
    }

    /// Why an area is exposed.
    package struct Reason: Sendable {
        package let text: String
        /// The line of the profile that it comes from; nil if it is the absence of one.
        package let origin: ResolvedProfile.Origin?
        /// What would lower the exposure.
        package let remedy: String
        let points: Double

        init(_ points: Double, _ text: String, _ origin: ResolvedProfile.Origin?, remedy: String) {
            self.points = points
            self.text = text
            self.origin = origin
            self.remedy = remedy
        }
    }

    /// As `systemd-analyze security` names it, or in the words of a profile.
    package let name: String
    package let weight: Weight
    package let reasons: [Reason]

    init(_ name: String, _ weight: Weight, _ reasons: [Reason]) {
        self.name = name
        self.weight = weight
        self.reasons = reasons
    }

    /// 0 to 10: the sum of what the reasons count, and no more than everything.
    package var exposure: Double {
        ProfileScore.rounded(min(10, reasons.reduce(0) { $0 + $1.points }))
    }

    func json() -> JSON {
        [
            "name": .string(name), "exposure": .number(exposure), "weight": .integer(Int64(weight.rawValue)),
            "reasons": .array(reasons.map { $0.json() }),
        ]
    }
}

extension ScoredArea.Reason {
    fileprivate func json() -> JSON {
        let from: JSON =
            origin.map {
                [
                    "profile": .string($0.profile.rawValue), "key": .string($0.key), "line": .string($0.line),
                ]
            } ?? .null
        return [
            "text": .string(text), "from": from, "remedy": .string(remedy),
            "points": .number(ProfileScore.rounded(points)),
        ]
    }
}
