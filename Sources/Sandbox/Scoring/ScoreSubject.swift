import Manifests

/// What is scored: a profile, its lines, and what its filter lets through.
struct ScoreSubject {
    let profile: ResolvedProfile
    let lines: ProfileLines
    let analysis: FilterAnalysis

    init(_ profile: ResolvedProfile) throws(SandboxError) {
        self.profile = profile
        lines = ProfileLines(profile)
        analysis = try FilterAnalysis(profile)
    }

    /// The arguments with which a call passes and which lie in `condition`.
    func passes(
        _ call: String, _ argument: Int, _ cube: ArgumentCube
    ) throws(SandboxError) -> Bool {
        !(try analysis.allowed(call).intersection(cube, at: argument)).isEmpty
    }

    /// The calls of that list that this machine has, and those of them that pass with some arguments.
    func passing(_ calls: Set<String>) throws(SandboxError) -> (passing: [String], all: Int) {
        let known = calls.filter { analysis.table.numbers[$0] != nil }.sorted()
        var passing: [String] = []
        for call in known where !(try analysis.allowed(call)).isEmpty { passing.append(call) }
        return (passing, known.count)
    }
}

extension ArgumentCube {
    /// The values of which the kernel reads these 32 bits.
    static func low(_ value: UInt32) -> ArgumentCube { ArgumentCube(mask: 0xffff_ffff, value: UInt64(value)) }

    /// All of these bits are set.
    static func bits(_ bits: UInt64) -> ArgumentCube { ArgumentCube(mask: bits, value: bits) }
}
