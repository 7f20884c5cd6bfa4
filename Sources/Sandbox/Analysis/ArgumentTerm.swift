/// Combinations of arguments where each argument is within a set of its own: what people say in one clause.
struct ArgumentTerm: Hashable, Sendable {
    /// Cubes without a common value, for each of the six arguments.
    private(set) var cubes: [[ArgumentCube]]

    private init(cubes: [[ArgumentCube]]) { self.cubes = cubes }

    private static let free = [[ArgumentCube]](repeating: [.any], count: 6)

    var constrained: [Int] { cubes.indices.filter { cubes[$0] != [.any] } }

    /// More than that nobody reads, and no rule can be made of.
    static let limit = 10_000

    /// The region as few terms, which have nothing in common. Nil if there are more than the limit.
    static func terms(of region: ArgumentRegion) -> [ArgumentTerm]? {
        var found: [ArgumentTerm] = []
        guard collect(region.root, from: 0, ArgumentTerm(cubes: free), &found) else { return nil }
        return merged(found)
    }

    /// Terms of the diagram below a node, one for each way on at the next argument.
    private static func collect(
        _ node: RegionNode, from argument: Int, _ term: ArgumentTerm, _ found: inout [ArgumentTerm]
    ) -> Bool {
        if node === RegionNode.nothing { return true }
        if argument == 6 {
            found.append(term)
            return found.count <= limit
        }
        var ways: [(next: RegionNode, cubes: [ArgumentCube])] = []
        guard follow(node, until: 64 * (argument + 1), .any, &ways) else { return false }
        return ways.allSatisfy { way in
            var next = term
            next.cubes[argument] = joined(way.cubes)
            return collect(way.next, from: argument + 1, next, &found)
        }
    }

    private static func follow(
        _ node: RegionNode, until end: Int, _ cube: ArgumentCube,
        _ ways: inout [(next: RegionNode, cubes: [ArgumentCube])]
    ) -> Bool {
        guard node !== RegionNode.nothing else { return true }
        guard node.variable < end, let low = node.low, let high = node.high else {
            if let index = ways.firstIndex(where: { $0.next === node }) {
                ways[index].cubes.append(cube)
                return ways[index].cubes.count <= limit
            }
            ways.append((node, [cube]))
            return ways.count <= 256
        }
        let bit: UInt64 = 1 << UInt64(63 - node.variable % 64)
        return follow(low, until: end, ArgumentCube(mask: cube.mask | bit, value: cube.value), &ways)
            && follow(high, until: end, ArgumentCube(mask: cube.mask | bit, value: cube.value | bit), &ways)
    }

    /// Terms that differ in one argument only become one.
    private static func merged(_ terms: [ArgumentTerm]) -> [ArgumentTerm] {
        var terms = terms
        for argument in 0..<6 {
            var groups: [[[ArgumentCube]]: [ArgumentCube]] = [:]
            var order: [[[ArgumentCube]]] = []
            for term in terms {
                var rest = term.cubes
                rest[argument] = []
                if groups[rest] == nil { order.append(rest) }
                groups[rest, default: []] += term.cubes[argument]
            }
            terms = order.map { rest in
                var term = ArgumentTerm(cubes: rest)
                term.cubes[argument] = joined(groups[rest] ?? [])
                return term
            }
        }
        return terms
    }

    /// Neighbours become one, as long as they stay ranges of numbers: what reads as values and ranges must not turn into
    /// masks.
    private static func joined(_ cubes: [ArgumentCube]) -> [ArgumentCube] {
        join(cubes) { $0 & (~$0 &+ 1) }
    }

    /// As few pieces as joining of pairs gives, whatever their masks look like.
    static func masks(_ cubes: [ArgumentCube]) -> [ArgumentCube] { join(cubes) { $0 } }

    /// Pieces that differ in one bit of those that `candidates` picks from their mask become one, until none do.
    private static func join(_ cubes: [ArgumentCube], _ candidates: (UInt64) -> UInt64) -> [ArgumentCube] {
        var known = Set(cubes)
        var pending = cubes
        while let cube = pending.popLast() {
            guard known.contains(cube) else { continue }
            var bits = candidates(cube.mask)
            while bits != 0 {
                let bit = bits & (~bits &+ 1)
                bits &= ~bit
                let twin = ArgumentCube(mask: cube.mask, value: cube.value ^ bit)
                guard known.contains(twin) else { continue }
                known.remove(cube)
                known.remove(twin)
                let whole = ArgumentCube(mask: cube.mask & ~bit, value: cube.value)
                known.insert(whole)
                pending.append(whole)
                break
            }
        }
        return known.sorted { ($0.value, $0.mask) < ($1.value, $1.mask) }
    }
}
