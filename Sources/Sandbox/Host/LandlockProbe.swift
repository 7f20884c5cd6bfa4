import CSandbox

/// What the running kernel's Landlock refuses.
enum LandlockProbe {
    static let remedy = "boot a kernel with CONFIG_SECURITY_LANDLOCK (Linux 5.13 or later) and `lsm=landlock,…`"

    static func layer(_ abi: UInt32) -> HostCapabilities.Layer {
        guard abi > 0 else { return .init("landlock", .missing, "not in this kernel", remedy: remedy) }
        let lost = losses.filter { $0.since > abi }.map(\.what)
        return .init(
            "landlock", .enforced, "ABI \(abi)",
            remedy: lost.isEmpty ? nil : "a newer kernel would also refuse: \(lost.joined(separator: ", "))")
    }

    private static let losses: [(since: UInt32, what: String)] = [
        (2, "moving files between folders (ABI 2)"), (3, "truncation (ABI 3)"), (4, "TCP (ABI 4)"),
        (5, "requests to devices (ABI 5)"), (6, "abstract sockets and signals across boxes (ABI 6)"),
    ]
}
