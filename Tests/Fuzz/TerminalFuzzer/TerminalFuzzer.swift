import TerminalFilter

/// What holds of every output of an agent: the filter takes what it passed without a change, cut into whatever pieces
/// gives the same, nothing is asked of the terminal, and nothing grows without a bound. A violation stops, and libFuzzer
/// keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    var filter = TerminalFilter()
    filter.write(input)
    let output = filter.output
    // A byte that is no UTF-8 is drawn as three.
    precondition(output.count <= 3 * count + 64, "more is drawn than was written")
    precondition(filter.replies.count <= 16 * count, "more is answered than was asked")
    precondition(String(validating: output, as: UTF8.self) != nil, "no UTF-8")

    var again = TerminalFilter()
    for byte in output { again.write([byte]) }
    precondition(again.output == output, "what passed does not pass again")
    precondition(again.replies.isEmpty, "what passed asks")
    precondition(again.modes == filter.modes, "the modes are others")

    // The terminal is between two sequences: what is drawn next is drawn as it is.
    again.output = []
    again.write("X".utf8)
    precondition(again.output == Array("X".utf8), "a sequence is open")

    for code: UInt8 in [0x00, 0x05, 0x18, 0x1A, 0x7F] { precondition(!output.contains(code), "control \(code)") }
    // Whatever the agent left open, a prompt starts from a plain terminal, and puts back what there was.
    var prompt = TerminalFilter()
    prompt.write(output)
    prompt.write(prompt.modes.suspension.utf8)
    precondition(
        prompt.modes.suspension.firstRange(of: "?1000l") == nil, "a mode survives its own suspension")
    return 0
}
