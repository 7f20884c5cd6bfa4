/// The answers that one question can have, in classes.
struct Dimension: Sendable {
    let question: Question
    let answers: Answers

    enum Answers: Sendable {
        /// Values in classes; by the key of a constraint, its place among those of the classes.
        case values(ValueClasses, [TextKey: Int])
        /// Sets of sources: a class's bits say which of them.
        case sources([SourceKey])
        /// See `Truth`.
        case truth
        /// Class 0 is no, class 1 is yes.
        case history
    }

    /// The classes of a condition's answer.
    enum Truth: Int, CaseIterable {
        case holds, fails, error
    }

    /// Sources of one argument beyond which not every set of them is counted.
    static let maximumSources = 8

    var count: Int {
        switch answers {
        case .values(let classes, _): classes.classes.count
        case .sources(let keys): 1 << min(keys.count, Self.maximumSources)
        case .truth: Truth.allCases.count
        case .history: 2
        }
    }

    var all: ClassSet { ClassSet(count) { _ in true } }

    /// The classes that may be taken for possible: a call of them is built and decided all the same.
    var real: ClassSet {
        if case .values(let classes, _) = answers { classes.real } else { all }
    }

    /// Why some answers have no class; nil if all have.
    var gap: String? {
        switch answers {
        case .values(let classes, _): classes.gap
        case .sources(let keys):
            keys.count > Self.maximumSources ? "it may come from more than \(Self.maximumSources) sources" : nil
        case .truth, .history: nil
        }
    }

    func truth(_ truths: Set<Truth>) -> ClassSet {
        ClassSet(count) { number in truths.contains { $0.rawValue == number } }
    }
}
