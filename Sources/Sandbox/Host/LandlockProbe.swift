import CSandbox

/// What the running kernel's Landlock refuses, ABI by ABI.
enum LandlockProbe {
    static let remedy = TierTable.landlock[0].remedy

    static func layers(_ abi: UInt32) -> [HostCapabilities.Layer] {
        TierTable.landlock.enumerated().map { index, row in
            let needed = UInt32(index + 1)
            if abi >= needed { return .init(row, .enforced, "ABI \(abi)") }
            // Nothing holds without the first; what came later, profiles ask for with `landlock: {abi: …}`.
            let found = abi == 0 ? "not in this kernel" : "ABI \(abi)"
            return .init(row, needed == 1 ? .missing : .optional, found)
        }
    }
}
