import LinuxIO

/// Names calls within their run: `c1`, `c2`, ….
final class CallNames: Sendable {
    private let last = Locked(0)

    func next() -> String {
        let number = last.withLock { last in
            last += 1
            return last
        }
        return "c\(number)"
    }
}
