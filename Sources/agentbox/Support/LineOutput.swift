/// Many lines on standard output, written in large pieces: a trace may have a million.
struct LineOutput {
    private static let piece = 64 << 10

    private var text = ""

    mutating func print(_ line: String) {
        text += line
        text += "\n"
        if text.utf8.count >= Self.piece { flush() }
    }

    /// To be called before anything else is printed.
    mutating func flush() {
        guard !text.isEmpty else { return }
        Terminal.printRaw(text)
        text = ""
    }
}
