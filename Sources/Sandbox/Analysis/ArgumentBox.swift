/// Combinations of the six arguments of a system call: each argument within a cube of its own.
struct ArgumentBox: Hashable, Sendable {
    private(set) var cubes: [ArgumentCube]

    static let everything = ArgumentBox(cubes: [ArgumentCube](repeating: .any, count: 6))

    private init(cubes: [ArgumentCube]) { self.cubes = cubes }

    func contains(_ arguments: [UInt64]) -> Bool {
        cubes.enumerated().allSatisfy { index, cube in
            cube.contains(index < arguments.count ? arguments[index] : 0)
        }
    }

    func with(_ cube: ArgumentCube, at argument: Int) -> ArgumentBox {
        var box = self
        box.cubes[argument] = cube
        return box
    }

    /// Nil if there is no common combination.
    func intersection(_ cube: ArgumentCube, at argument: Int) -> ArgumentBox? {
        cubes[argument].intersection(cube).map { with($0, at: argument) }
    }

    func intersection(_ other: ArgumentBox) -> ArgumentBox? {
        var box = self
        for index in cubes.indices {
            guard let cube = cubes[index].intersection(other.cubes[index]) else { return nil }
            box.cubes[index] = cube
        }
        return box
    }

    /// What is left without `other`, in pieces that have no combination in common.
    func subtracting(_ other: ArgumentBox) -> [ArgumentBox] {
        guard intersection(other) != nil else { return [self] }
        var pieces: [ArgumentBox] = []
        var rest = self
        for index in cubes.indices {
            pieces += rest.cubes[index].subtracting(other.cubes[index]).map { rest.with($0, at: index) }
            guard let common = rest.cubes[index].intersection(other.cubes[index]) else { return pieces }
            rest = rest.with(common, at: index)
        }
        return pieces
    }

    /// The arguments that something is said of.
    var constrained: [Int] { cubes.indices.filter { cubes[$0] != .any } }
}
