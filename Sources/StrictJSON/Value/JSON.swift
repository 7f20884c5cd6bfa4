/// A JSON value.
///
/// ```swift
/// let call = try JSON(parsing: #"{"path": "README.md", "limit": 10}"#)
/// call["path"]?.stringValue  // "README.md"
/// call["limit"] == 10.0      // true: numbers compare by value
/// ```
///
/// Equality and hashing are by value: `1` equals `1.0`, the order of an object's members does not matter, and strings
/// are equal only if their bytes are. (Swift's own `String` comparison takes canonically equivalent texts for equal,
/// which no other reader of the same JSON does.)
public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Every other number. Never infinite when it comes from the parser.
    case number(Double)
    /// A string of Unicode scalars.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object: members in their order, keys unique.
    case object(JSONObject)
}

extension JSON: Hashable {
    /// Equality by value; see the type's description.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        // Reflexive for NaN too, which only code can make: a value has to equal itself to be hashable.
        case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
        case (.integer(let a), .number(let b)): ExactInteger.of(b) == a
        case (.number(let a), .integer(let b)): ExactInteger.of(a) == b
        case (.string(let a), .string(let b)): ExactText.equal(a, b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Feeds the value to `hasher` so that equal values hash equally.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0 as UInt8)
        case .bool(let value):
            hasher.combine(1 as UInt8)
            hasher.combine(value)
        case .integer(let value):
            hasher.combine(2 as UInt8)
            hasher.combine(value)
        case .number(let value):
            hasher.combine(2 as UInt8)
            if let integer = ExactInteger.of(value) {
                hasher.combine(integer)
            } else {
                hasher.combine(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
            }
        case .string(let value):
            hasher.combine(3 as UInt8)
            ExactText.hash(value, into: &hasher)
        case .array(let value):
            hasher.combine(4 as UInt8)
            hasher.combine(value)
        case .object(let value):
            hasher.combine(5 as UInt8)
            hasher.combine(value)
        }
    }
}
