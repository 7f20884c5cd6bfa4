import Diagnostics
import Glibc
import LinuxIO
import StrictJSON

/// Standard output and standard error of the command line: colour only on a terminal, `NO_COLOR` honoured, and a reader
/// that went away ends the output, not the command's work.
enum Terminal {
    /// A style of a piece of text.
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    static let isColoured = isTerminal(STDOUT_FILENO)
    static let isErrorColoured = isTerminal(STDERR_FILENO)

    /// Columns of the terminal, 80 where there is none.
    static var width: Int { columns(of: STDOUT_FILENO) ?? 80 }

    /// Columns of the terminal; where there is none a line is as long as it is, for whoever searches it.
    static var tableWidth: Int { columns(of: STDOUT_FILENO) ?? 10_000 }

    /// The same of standard error.
    static var errorTableWidth: Int { columns(of: STDERR_FILENO) ?? 10_000 }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Why standard output took something not; nil if it took everything, or if its reader went away.
    static var outputProblem: SystemError? { lost.withLock { $0 } }

    private static let lost = Locked<SystemError?>(nil)

    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line of prose as the terminal has room for it; where there is none a line is as long as it is.
    static func prose(_ line: String, by indent: Int = 2) -> [String] {
        columns(of: STDOUT_FILENO).map { TextWrap.hanging(line, within: $0, by: indent) } ?? [line]
    }

    static func print(prose line: String, by indent: Int = 2) {
        for line in prose(line, by: indent) { print(line) }
    }

    /// Text that has its line feeds already.
    static func printRaw(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// A tool's output: to a terminal with its control characters made visible, to anything else as it is.
    static func printOutput(_ text: String) {
        guard !text.isEmpty else { return }
        guard isatty(STDOUT_FILENO) == 1 else { return write(text, to: STDOUT_FILENO) }
        print(VisibleText.block(text.hasSuffix("\n") ? String(text.dropLast()) : text))
    }

    static func printError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// One JSON value and a newline.
    static func print(json: JSON, pretty: Bool = true) { print(pretty ? json.pretty() : json.encodedString()) }

    /// `agentbox: MESSAGE`, then the remedy. A message names files and values, which may be a stranger's: what a
    /// terminal would obey is made visible.
    static func complain(_ error: any Diagnostic) {
        let label = isErrorColoured ? styled("agentbox:", .red, enabled: true) : "agentbox:"
        let text = "\(label) \(VisibleText.block(error.description))"
        guard let width = columns(of: STDERR_FILENO) else { return printError(text) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        printError(lines.flatMap { TextWrap.hanging(String($0), within: width) }.joined(separator: "\n"))
    }

    /// Something the user should know that is no error, on standard error.
    static func note(_ text: String) {
        let label = styled("agentbox: ", .dim, enabled: isErrorColoured)
        guard let width = columns(of: STDERR_FILENO) else { return printError(label + VisibleText.block(text)) }
        let lines = VisibleText.block(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            TextWrap.lines(String($0), within: width - 10)
        }
        printError(label + lines.joined(separator: "\n          "))
    }

    static func styled(_ text: String, _ styles: Style..., enabled: Bool = isColoured) -> String {
        guard enabled, !styles.isEmpty else { return text }
        return "\u{1B}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }

    /// Nothing is buffered here; standard output of the C library might be.
    static func flush() { fflush(nil) }

    /// Makes a terminal on standard error show what is written next, whatever another program left it in.
    ///
    /// Attack: an agent that switched to the alternate screen, hid the cursor, chose a font of lines, or left a control
    /// string open, hides the summary of its run, or has drawn another one where the true one does not reach.
    static func takeBack() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write(takeBackSequence, to: STDERR_FILENO)
    }

    private static let takeBackSequence = [
        "\u{18}", "\u{1B}\\",  // ends whatever sequence or string is open
        "\u{1B}[?2026l",  // shows what is drawn at once
        // Leaves the alternate screen, and the cursor where it is: 1049 would bring back one that was saved long ago,
        // in tmux also where there is no such screen to leave, and what was drawn since would be erased below.
        "\u{1B}[?1047l",
        "\u{1B}7", "\u{1B}[r", "\u{1B}8",  // no margins; to set them moves the cursor
        "\u{1B}[!p", "\u{F}", "\u{1B}(B", "\u{1B}[0m",  // usual modes, letters and colours
        "\u{1B}[?7h", "\u{1B}[?25h",  // long lines wrap, and the cursor shows
        "\u{1B}[?1000l", "\u{1B}[?1002l", "\u{1B}[?1003l", "\u{1B}[?1006l", "\u{1B}[?2004l",  // mouse and pastes
        "\u{1B}[J",  // nothing stays that was drawn below
    ].joined()

    private static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                let error = SystemError.last("write")
                if error.errno == EINTR { continue }
                if descriptor == STDOUT_FILENO, error.errno != EPIPE { lost.withLock { $0 = $0 ?? error } }
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
