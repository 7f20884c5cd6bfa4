extension CELFunctions {
    /// `timestamp`, `duration` and what can be asked of both.
    static func addTime(_ functions: inout CELFunctions) {
        functions.add(
            "timestamp", .init(.string, returns: .timestamp), .init(.int, returns: .timestamp),
            .init(.timestamp, returns: .timestamp)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .string(let text): .timestamp(try CELTimestamp(parsing: text))
            case .int(let seconds): .timestamp(try CELTimestamp(secondsSince1970: seconds))
            case .timestamp: value
            default: throw .noOverload
            }
        }
        functions.add(
            "duration", .init(.string, returns: .duration), .init(.int, returns: .duration),
            .init(.duration, returns: .duration)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .string(let text): .duration(try CELDuration(parsing: text))
            case .int(let seconds): .duration(try CELDuration(seconds: seconds))
            case .duration: value
            default: throw .noOverload
            }
        }
        add("getFullYear", { $0.fullYear }, &functions)
        add("getMonth", { $0.month }, &functions)
        add("getDate", { $0.date }, &functions)
        add("getDayOfMonth", { $0.dayOfMonth }, &functions)
        add("getDayOfWeek", { $0.dayOfWeek }, &functions)
        add("getDayOfYear", { $0.dayOfYear }, &functions)
        add("getHours", { $0.hours }, of: { $0.hours }, &functions)
        add("getMinutes", { $0.minutes }, of: { $0.minutes }, &functions)
        add("getSeconds", { $0.seconds }, of: { $0.seconds }, &functions)
        add("getMilliseconds", { $0.milliseconds }, of: { $0.milliseconds }, &functions)
    }

    private static func add(
        _ name: String, _ field: @escaping @Sendable (CELTimestampFields) -> Int64,
        of part: (@Sendable (CELDuration) -> Int64)? = nil, _ functions: inout CELFunctions
    ) {
        functions.add(name, isMember: true, .init(.timestamp, returns: .int), .init(.duration, returns: .int)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            if case .timestamp(let time) = value { return .int(field(CELTimestampFields(time))) }
            guard case .duration(let duration) = value, let part else { throw .noOverload }
            return .int(part(duration))
        }
        functions.add(name, isMember: true, .init(.timestamp, .string, returns: .int)) {
            (value, zone, _) throws(CELFunctionError) -> CELValue in
            guard case .timestamp(let time) = value, case .string(let zone) = zone else { throw .noOverload }
            return .int(field(CELTimestampFields(time, in: try CELTimeZone(zone))))
        }
    }
}
