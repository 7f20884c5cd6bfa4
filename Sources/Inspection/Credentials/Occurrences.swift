import Synchronization

/// How often each secret of the call, or a part of it, stood where the tool says or reads something.
///
/// Attack: a tool that knows a secret's beginning has an origin say what it guesses, and sees by what is taken out whether
/// it guessed right. An origin that reflects what it was sent does so a few times; beyond that the call is cut off.
final class Occurrences: Sendable {
    static let most = 16

    private let names: [String]
    private let counts: Mutex<[Int]>

    /// - Parameter names: Of the credentials.
    init(_ names: [String]) {
        self.names = names
        counts = Mutex(names.map { _ in 0 })
    }

    /// - Throws: `Refusal` if there are more now than may be, or were before.
    func add(_ more: [Int: Int]) throws(Refusal) {
        let exceeded = counts.withLock { counts in
            for (index, count) in more { counts[index] += count }
            return counts.firstIndex { $0 > Self.most }
        }
        guard let exceeded else { return }
        throw Refusal(
            .guess, .forbidden,
            "the secret `\(names[exceeded])` or parts of it stood more than \(Self.most) times in what the call asked and "
                + "was answered: its inspected destinations are closed to it")
    }
}
