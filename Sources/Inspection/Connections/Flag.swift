import Synchronization

/// Something that becomes true, or false again, for whoever looks.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isTrue: Bool {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
