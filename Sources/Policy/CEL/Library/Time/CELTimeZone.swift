import struct Foundation.Date
import struct Foundation.TimeZone

/// A time zone as CEL names it: an offset, `+02:00`, `-09:30`, `02:00`, or a name of IANA's, `America/New_York`.
///
/// Why Foundation, which `Policy` avoids: the rules of the zones are data of some hundred kilobytes that change several
/// times a year. A reader of `/usr/share/zoneinfo` would make a decision depend on files, which a box or a small host
/// does not have; Foundation's ICU carries the data linked in, static builds too, so that one build decides alike
/// everywhere. ICU looks once for a newer `zoneinfo64.res` in `/usr/share/icu`, when the first zone of the process is
/// made, and after that touches no file: `prepare()` has it done before the first decision.
struct CELTimeZone: Hashable, Sendable {
    private enum Kind: Hashable {
        case fixed(seconds: Int64)
        case named(TimeZone)
    }

    private let kind: Kind

    static let utc = CELTimeZone(kind: .fixed(seconds: 0))

    private init(kind: Kind) { self.kind = kind }

    /// Reads an offset or a name. A name that is not known, or whose data are missing, is an error, never UTC: a rule
    /// about office hours would hold at other hours than its author meant.
    init(_ text: String) throws(CELFunctionError) {
        let unknown = CELFunctionError(
            "time zone \(CELFunctionError.quoted(text)) is not known: use a name such as `America/New_York`, or `+02:00`"
        )
        guard text.utf8.count <= 64 else { throw unknown }
        let bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let seconds = Self.offset(bytes[...]) else { throw unknown }
            kind = .fixed(seconds: seconds)
        } else if text == "UTC" || text == "GMT" {
            kind = .fixed(seconds: 0)
        } else {
            guard Self.isRegional(bytes), let zone = TimeZone(identifier: text) else { throw unknown }
            kind = .named(zone)
        }
    }

    /// Opens the zone data, so that no later name makes ICU look for a file. To call when intents are loaded.
    static func prepare() {
        _ = TimeZone(identifier: "Europe/London")?.secondsFromGMT(for: Date(timeIntervalSince1970: 0))
    }

    /// Seconds east of Greenwich at a moment.
    func secondsEast(at secondsSince1970: Int64) -> Int64 {
        switch kind {
        case .fixed(let seconds): seconds
        case .named(let zone):
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(secondsSince1970))))
        }
    }

    /// Hours to 14 and minutes to 59, in two digits each.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        var rest = text
        let isWest = rest.first == UInt8(ascii: "-")
        if isWest || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard rest.count == 5, rest.dropFirst(2).first == UInt8(ascii: ":"),
            let hours = CELTimestamp.number(rest.prefix(2)), hours <= 14,
            let minutes = CELTimestamp.number(rest.suffix(2)), minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }

    /// `Area/City`. ICU also takes `PST` or `GMT+5`, which mean different hours to different readers, and it reads a
    /// name with a NUL in it as GMT.
    private static func isRegional(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count >= 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }
}
