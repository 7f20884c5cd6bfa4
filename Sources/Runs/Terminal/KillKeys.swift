import LinuxIO

/// The way out of an agent that listens to nothing: Ctrl-] three times within a second, as in `systemd-nspawn`. The keys
/// go to the agent as well.
struct KillKeys {
    private static let key: UInt8 = 0x1D
    /// The same key in the encoding of kitty's protocol, which an agent may have asked for.
    private static let encoded = Array("\u{1B}[93;5u".utf8)

    private var presses: [ContinuousClock.Instant] = []
    private var tail: [UInt8] = []

    /// True if what was typed completes them.
    mutating func take(_ bytes: some Sequence<UInt8>, at now: ContinuousClock.Instant = .now) -> Bool {
        for byte in bytes {
            tail.append(byte)
            if tail.count > Self.encoded.count { tail.removeFirst() }
            guard byte == Self.key || tail == Self.encoded else { continue }
            presses = presses.suffix(2) + [now]
            if presses.count == 3, presses[0] + .seconds(1) >= now { return true }
        }
        return false
    }
}
