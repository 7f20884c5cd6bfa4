import LinuxIO
import StrictJSON

/// A span as OTLP/JSON has it: identifiers in hexadecimal, integers of 64 bits as texts, enumerations as numbers.
struct OTLPSpan {
    var trace: String
    var span: String
    var parent: String?
    var name: String
    var start: Timestamp
    var end: Timestamp
    var attributes: [(key: String, value: JSON)] = []
    private(set) var events: [JSON] = []
    private(set) var droppedEvents: Int64 = 0
    /// What went wrong; nil for nothing that is known.
    var error: String?
    var isOK = false

    /// SPAN_KIND_INTERNAL
    private static let kind: Int64 = 1
    private static let mostEvents = 128

    init(trace: String, span: String, parent: String? = nil, name: String, start: Timestamp) {
        self.trace = trace
        self.span = span
        self.parent = parent
        self.name = name
        self.start = start
        end = start
    }

    mutating func set(_ key: String, _ value: JSON?) {
        guard let value = value.flatMap(Self.any) else { return }
        if let place = attributes.firstIndex(where: { $0.key == key }) {
            attributes[place].value = value
        } else {
            attributes.append((key, value))
        }
    }

    mutating func add(event name: String, at time: Timestamp, _ members: [(String, JSON?)]) {
        guard events.count < Self.mostEvents else {
            droppedEvents += 1
            return
        }
        let attributes = members.compactMap { key, value in
            value.flatMap(Self.any).map { Self.pair(key, $0) }
        }
        events.append([
            "timeUnixNano": Self.nanoseconds(time), "name": .string(name), "attributes": .array(attributes),
        ])
    }

    var json: JSON {
        var object: JSONObject = [
            "traceId": .string(trace), "spanId": .string(span), "name": .string(name), "kind": .integer(Self.kind),
            "startTimeUnixNano": Self.nanoseconds(start), "endTimeUnixNano": Self.nanoseconds(max(start, end)),
            "attributes": .array(attributes.map(Self.pair)),
        ]
        object["parentSpanId"] = parent.map(JSON.string)
        if !events.isEmpty { object["events"] = .array(events) }
        if droppedEvents > 0 { object["droppedEventsCount"] = .integer(droppedEvents) }
        if let error {
            object["status"] = ["code": 2, "message": .string(error)]
        } else if isOK {
            object["status"] = ["code": 1]
        }
        return .object(object)
    }

    static func pair(_ key: String, _ value: JSON) -> JSON { ["key": .string(key), "value": value] }

    /// An `AnyValue`; nil for nothing.
    static func any(_ value: JSON) -> JSON? {
        switch value {
        case .null: nil
        case .string(let text): ["stringValue": .string(text)]
        case .bool(let flag): ["boolValue": .bool(flag)]
        case .integer(let number): ["intValue": .string(String(number))]
        case .number(let number): number.isFinite ? ["doubleValue": .number(number)] : nil
        case .array(let elements): ["arrayValue": ["values": .array(elements.compactMap(any))]]
        case .object: ["stringValue": .string(value.encodedString())]
        }
    }

    /// A `fixed64`, which is a text in JSON.
    private static func nanoseconds(_ time: Timestamp) -> JSON {
        .string(String(UInt64(clamping: max(0, time.millisecondsSince1970)) * 1_000_000))
    }
}
