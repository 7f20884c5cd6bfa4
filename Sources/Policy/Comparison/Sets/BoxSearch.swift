/// Looks for what is left of a box when others are taken away, in bounded work.
///
/// The number of pieces can grow as the product of the dimensions: rules that are written to make it so end the search,
/// and the answer is then `unknown`, never a guess.
struct BoxSearch {
    /// Boxes that are compared, over all searches of one tool. Well under a second.
    static let maximumSteps = 400_000

    private(set) var steps = 0

    enum Outcome: Hashable {
        /// Every leftover was visited, and none was taken.
        case exhausted
        /// A visitor took one.
        case taken
        /// The work's bound was reached.
        case tooMuch
    }

    /// Visits the leftovers until a visitor takes one.
    mutating func leftovers(of box: Box, without covers: [Box], visit: (Box) -> Bool) -> Outcome {
        if box.isEmpty { return .exhausted }
        steps += covers.count
        // What covers most comes first: the fewer pieces are left to be cut by the others.
        var parts: [(size: Int, box: Box)] = []
        for cover in covers where box.intersects(cover) {
            let part = box.intersection(cover)
            if box.isSubset(of: cover) { return .exhausted }
            parts.append((part.logarithmicSize, part))
        }
        let covers = parts.enumerated().sorted { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }
            .map(\.element.box)
        var stack = [(box: box, next: 0)]
        while let (box, start) = stack.popLast() {
            var next = start
            while next < covers.count {
                steps += 1
                if box.intersects(covers[next]) { break }
                next += 1
            }
            guard steps < Self.maximumSteps else { return .tooMuch }
            guard next < covers.count else {
                if visit(box) { return .taken }
                continue
            }
            for piece in box.pieces(without: covers[next]).reversed() { stack.append((piece, next + 1)) }
        }
        return .exhausted
    }
}
