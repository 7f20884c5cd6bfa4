import StrictJSON

/// What holds of every input: the parser comes back, what it read is written and read back as the same value, and
/// the canonical form of the canonical form is itself. A violation stops, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let value: JSON
    do throws(JSONError) {
        value = try JSON(parsing: input)
    } catch {
        precondition(!error.message.isEmpty, "an error without a message")
        precondition((0...count).contains(error.offset ?? -1), "an offset outside the input")
        return 0
    }
    precondition((try? JSON(parsing: value.encoded())) == value, "not read back as the same value")
    precondition((try? JSON(parsing: value.pretty())) == value, "not read back as the same value when indented")
    if let canonical = try? value.canonical() {
        precondition((try? JSON(parsing: canonical).canonical()) == canonical, "canonical is not idempotent")
    }
    return 0
}
