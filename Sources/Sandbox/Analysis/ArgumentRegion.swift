/// A set of combinations of the six arguments of a system call, exactly.
struct ArgumentRegion: Sendable {
    let root: RegionNode

    static let nothing = ArgumentRegion(root: .nothing)
    static let everything = ArgumentRegion(root: .everything)

    var isEmpty: Bool { root === RegionNode.nothing }
    var isEverything: Bool { root === RegionNode.everything }

    /// Arguments that are not given are zero.
    func contains(_ arguments: [UInt64]) -> Bool {
        var node = root
        while let low = node.low, let high = node.high {
            let (argument, depth) = (node.variable / 64, node.variable % 64)
            let value = argument < arguments.count ? arguments[argument] : 0
            node = value >> UInt64(63 - depth) & 1 == 1 ? high : low
        }
        return node === RegionNode.everything
    }

    func intersection(_ cube: ArgumentCube, at argument: Int) throws(SandboxError) -> ArgumentRegion {
        try intersection(ArgumentRegion(root: .of(cube, at: argument)))
    }

    func intersection(anyOf cubes: [ArgumentCube], at argument: Int) throws(SandboxError) -> ArgumentRegion {
        var any = ArgumentRegion.nothing
        for cube in cubes { any = try any.union(ArgumentRegion(root: .of(cube, at: argument))) }
        return try intersection(any)
    }

    func subtracting(_ cube: ArgumentCube, at argument: Int) throws(SandboxError) -> ArgumentRegion {
        try subtracting(ArgumentRegion(root: .of(cube, at: argument)))
    }

    func intersection(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        ArgumentRegion(root: try RegionCombination.of(root, .intersection, other.root))
    }

    func subtracting(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        ArgumentRegion(root: try RegionCombination.of(root, .difference, other.root))
    }

    func union(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        ArgumentRegion(root: try RegionCombination.of(root, .union, other.root))
    }
}
