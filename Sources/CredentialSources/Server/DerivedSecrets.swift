import Credentials
import LinuxIO

/// Secrets that come of one question: what is made from the source's own and sent, and what its server gives.
final class DerivedSecrets: Sendable {
    private let found = Locked<[Secret]>([])

    var all: [Secret] { found.withLock { $0 } }

    /// Has nobody say it. To be called before it is sent, or as soon as it has come.
    func insert(_ text: String) {
        let secret = Secret(text)
        found.withLock { $0.append(secret) }
    }
}
