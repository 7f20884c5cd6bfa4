/// A set of combinations of arguments, exactly: a union of boxes that have nothing in common.
struct ArgumentRegion: Hashable, Sendable {
    private(set) var boxes: [ArgumentBox]

    static let nothing = ArgumentRegion(boxes: [])
    static let everything = ArgumentRegion(boxes: [.everything])

    /// More boxes than any profile that a person can review. Beyond it an answer is refused rather than approximated.
    static let limit = 50_000

    /// - Parameter boxes: Without a common combination.
    private init(boxes: [ArgumentBox]) { self.boxes = boxes }

    var isEmpty: Bool { boxes.isEmpty }

    func contains(_ arguments: [UInt64]) -> Bool { boxes.contains { $0.contains(arguments) } }

    func intersection(_ cube: ArgumentCube, at argument: Int) -> ArgumentRegion {
        ArgumentRegion(boxes: boxes.compactMap { $0.intersection(cube, at: argument) })
    }

    /// - Parameter cubes: Without a common value.
    func intersection(anyOf cubes: [ArgumentCube], at argument: Int) -> ArgumentRegion {
        ArgumentRegion(boxes: cubes.flatMap { cube in boxes.compactMap { $0.intersection(cube, at: argument) } })
    }

    func intersection(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        var result: [ArgumentBox] = []
        for box in boxes {
            result += other.boxes.compactMap { box.intersection($0) }
            try Self.check(result.count)
        }
        return ArgumentRegion(boxes: result)
    }

    func subtracting(_ cube: ArgumentCube, at argument: Int) throws(SandboxError) -> ArgumentRegion {
        var result: [ArgumentBox] = []
        for box in boxes {
            result += box.cubes[argument].subtracting(cube).map { box.with($0, at: argument) }
            try Self.check(result.count)
        }
        return ArgumentRegion(boxes: result)
    }

    func subtracting(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        var result = boxes
        for box in other.boxes {
            result = result.flatMap { $0.subtracting(box) }
            try Self.check(result.count)
        }
        return ArgumentRegion(boxes: result)
    }

    /// Both together; what they have in common is taken once.
    func union(_ other: ArgumentRegion) throws(SandboxError) -> ArgumentRegion {
        ArgumentRegion(boxes: boxes + (try other.subtracting(self)).boxes)
    }

    /// Both together, where the caller knows that they have nothing in common.
    mutating func add(disjoint other: ArgumentRegion) { boxes += other.boxes }

    private static func check(_ count: Int) throws(SandboxError) {
        guard count <= limit else {
            throw SandboxError(
                .unsupported, "argument rules with more than \(limit) combinations cannot be compared",
                remedy: "use fewer argument rules, or ranges instead of values")
        }
    }
}
