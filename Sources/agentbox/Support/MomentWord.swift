import LinuxIO
import Manifests

/// A moment on the command line: a day, a time, or how long ago.
///
///     --since 2026-11-01   --since 2026-11-01T08:00:00Z   --since 7d
enum MomentWord {
    /// What `--help` says of it.
    static let forms = "a day (2026-11-01), a time (2026-11-01T08:00:00Z), or how long ago (12h, 7d)"

    /// - Throws: `CommandError` that names the option.
    static func parse(_ text: String?, _ option: String, now: Timestamp = .now()) throws -> Timestamp? {
        guard let text else { return nil }
        if let date = CalendarDate(text: text) {
            return Timestamp(millisecondsSince1970: date.secondsSince1970 * 1000)
        }
        if let (seconds, nanoseconds) = RFC3339.parse(text) {
            return Timestamp(millisecondsSince1970: seconds * 1000 + Int64(nanoseconds / 1_000_000))
        }
        if let ago = Duration(manifestText: text) {
            let milliseconds = ago.components.seconds * 1000 + ago.components.attoseconds / 1_000_000_000_000_000
            return Timestamp(millisecondsSince1970: now.millisecondsSince1970 - milliseconds)
        }
        throw CommandError("\(option): `\(text)` is no moment", remedy: "give \(forms)")
    }
}
