/// Combinations of arguments where each argument is within a set of its own: what people say in one clause.
struct ArgumentTerm: Hashable, Sendable {
    /// Cubes without a common value, for each of the six arguments.
    private(set) var cubes: [[ArgumentCube]]

    init(_ box: ArgumentBox) { cubes = box.cubes.map { [$0] } }

    var constrained: [Int] { cubes.indices.filter { cubes[$0] != [.any] } }

    /// The same region as few terms: boxes that differ in one argument only become one.
    static func terms(of region: ArgumentRegion) -> [ArgumentTerm] {
        var terms = region.boxes.map { ArgumentTerm($0) }
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
                var term = ArgumentTerm(.everything)
                term.cubes = rest
                term.cubes[argument] = Self.joined(groups[rest] ?? [])
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
