/// Values of an argument that no constraint of either intent tells apart.
struct ValueClass: Sendable {
    /// By constraint, in the order of `ValueClasses.constraints`.
    let answers: [Answer]
    /// Some of its values; none if it is not known whether it has any.
    var samples: [Sample]

    /// Samples that are kept: more give the search for a witness more to try, where others constrain it too.
    static let maximumSamples = 10
}
