import StrictJSON

@testable import Policy

/// What holds of every source: it is compiled or refused at a place, an evaluation ends with a value of the type that was
/// worked out or with an error, and within its limit. A violation stops, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let source = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    for checks in [true, false] {
        do throws(CELError) {
            let program = try CELProgram.compile(source, in: environment, checks: checks, estimateLimit: .max)
            let value = try program.evaluate(limit: limit) { values[$0] }
            precondition(!checks || conforms(value, to: program.type), "\(value) is no \(program.type)")
        } catch {
            checkError(error, source)
        }
    }
    return 0
}

private let limit: UInt64 = 20_000

private let arguments = ArgumentType.object(
    ["to": .array(.string), "n": .integer, "x": .number, "o": .object(["k": .any], isOpen: true, required: [])],
    isOpen: false, required: [])

private let environment = CELEnvironment([
    "i": .int, "d": .double, "s": .string, "b": .bool, "l": .list(.int), "m": .map(key: .string, value: .double),
    "y": .dyn, "args": CELType(arguments),
])

private let values: [String: CELValue] = [
    "i": .int(.min), "d": .double(2.5), "s": .string("e\u{301}\u{E9}a/b"), "b": .bool(true),
    "l": .list(.json([1, 2, 3], .integer)),
    "m": .map(.json(["a": 1, "b": 2.5], .object(["a": .number, "b": .number], isOpen: true, required: []))),
    "y": .map(.json(["k": [1, 2.5, "x", .null, ["z": true]]], .any)),
    "args": .map(.json(["to": ["a", "b"], "n": 1.0, "x": 7, "o": ["k": [1], "other": "v"]], arguments)),
]

private func checkError(_ error: CELError, _ source: String) {
    precondition(!error.message.isEmpty && error.message.utf8.count < 4096, "an error without a message")
    precondition((0...source.utf8.count).contains(error.offset), "an offset outside the source")
    let shown = error.message.unicodeScalars
    precondition(!shown.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character in a message")
}

/// As far as a type says something of a value's kind.
private func conforms(_ value: CELValue, to type: CELType) -> Bool {
    switch (type, value) {
    case (.dyn, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
        (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration), (.type, .type),
        (.object, .map), (.list, .list), (.map, .map):
        true
    // An optional, a time and a named type may be null.
    case (.timestamp, .null), (.duration, .null), (.optional, .null), (.named, .null): true
    case (.optional(let wrapped), .optional(let inner)): inner.map { conforms($0, to: wrapped) } ?? true
    case (.named(let name, _), _): value.typeName == name
    default: false
    }
}
