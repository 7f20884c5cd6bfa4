import Manifests

/// What sockets reach. Without rules a view has a loopback of its own and nothing else.
enum NetworkAreas {
    static func areas(of subject: ScoreSubject) throws(SandboxError) -> [ScoredArea] {
        let hasOwn = subject.profile.isolation.contains(.namespaces)
        let shared = ScoredArea.Reason(
            10, "a network of its own is not required", nil, remedy: "add `namespaces` to `isolation`")
        var areas = [ScoredArea("PrivateNetwork=", .escape, hasOwn ? [] : [shared])]
        let granted = ScoredArea.Reason(
            2, "a call connects to and listens at what its grants name", subject.lines.line("network"),
            remedy: "write `network: none`")
        areas.append(ScoredArea("network", .reach, subject.profile.network == .granted ? [granted] : []))
        areas.append(
            try family("~AF_UNIX", [1], .reach, 4, "connects to sockets that have a name in the view", subject))
        areas.append(
            try family(
                "~AF_(INET|INET6)", [2, 10], .reach, hasOwn ? 1 : 5,
                hasOwn ? "reaches the call's own loopback" : "reaches the host's network", subject))
        areas.append(try family("~AF_NETLINK", [16], .reach, 2, "asks the kernel about its network", subject))
        areas.append(try family("~AF_PACKET", [17], .escape, 10, "reads and writes raw frames", subject))
        return areas + [try others(subject)]
    }

    private static let named: [UInt32] = [1, 2, 10, 16, 17]

    private static func family(
        _ name: String, _ families: [UInt32], _ weight: ScoredArea.Weight, _ points: Double, _ what: String,
        _ subject: ScoreSubject
    ) throws(SandboxError) -> ScoredArea {
        var reasons: [ScoredArea.Reason] = []
        for family in families where try subject.passes("socket", 0, .low(family)) {
            let word = ArgumentNames.value(UInt64(family), of: 0, in: "socket")
            reasons.append(
                .init(
                    points, "`socket` with `\(word)` \(what)", subject.lines.line(allowing: "socket", word),
                    remedy: "take `\(word)` out of the rule on `socket`"))
        }
        return ScoredArea("RestrictAddressFamilies=\(name)", weight, reasons)
    }

    private static func others(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        var region = try subject.analysis.allowed("socket")
        for family in named { region = try region.subtracting(.low(family), at: 0) }
        let words = RegionText.words(region, of: "socket")
        let reason = ScoredArea.Reason(
            10, "`socket` with families that most holes were found in" + (words.isEmpty ? "" : ": \(words)"),
            subject.lines.line(allowing: "socket"), remedy: "name the families that are needed in a rule on `socket`")
        return ScoredArea("RestrictAddressFamilies=~…", .escape, region.isEmpty ? [] : [reason])
    }
}
