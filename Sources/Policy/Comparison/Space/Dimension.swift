/// The answers that one question can have, in classes.
struct Dimension: Sendable {
    let question: Question
    let classes: ValueClasses
    /// By the key of a constraint, its place among those of the classes.
    let places: [TextKey: Int]

    var count: Int { classes.classes.count }
}
