/// The parts of a moment as a wall clock in one zone shows them: `getFullYear()` and its like.
struct CELTimestampFields: Hashable, Sendable {
    private let civil: CivilDate
    private let days: Int64
    private let secondOfDay: Int64
    /// `getMilliseconds()`: 0 to 999.
    let milliseconds: Int64

    init(_ timestamp: CELTimestamp, in zone: CELTimeZone = .utc) {
        let local = timestamp.secondsSince1970 + zone.secondsEast(at: timestamp.secondsSince1970)
        days = CivilDate.floor(local, 86_400)
        secondOfDay = local - days * 86_400
        civil = CivilDate(daysSince1970: days)
        milliseconds = Int64(timestamp.nanoseconds / 1_000_000)
    }

    /// `getFullYear()`. 0 for the first hours of year 1, seen from the west.
    var fullYear: Int64 { civil.year }
    /// `getMonth()`: from 0, January.
    var month: Int64 { civil.month - 1 }
    /// `getDate()`: the day of the month from 1.
    var date: Int64 { civil.day }
    /// `getDayOfMonth()`: the day of the month from 0.
    var dayOfMonth: Int64 { civil.day - 1 }
    /// `getDayOfYear()`: from 0.
    var dayOfYear: Int64 { civil.dayOfYear }
    /// `getDayOfWeek()`: from 0, Sunday. The first of January 1970 was a Thursday.
    var dayOfWeek: Int64 { days + 4 - CivilDate.floor(days + 4, 7) * 7 }
    /// `getHours()`.
    var hours: Int64 { secondOfDay / 3600 }
    /// `getMinutes()`.
    var minutes: Int64 { secondOfDay / 60 % 60 }
    /// `getSeconds()`.
    var seconds: Int64 { secondOfDay % 60 }
}
