import StrictJSON

/// A person at a terminal: a command runs on one of its own, and things are done to it when something was drawn.
package struct TerminalScript: Sendable {
    package enum Step: Sendable {
        /// Until the text has been drawn, after what was waited for before. Ends the script if it never is.
        case wait(String)
        /// A word of so many letters that stands behind the text is typed, and Enter: the code of a prompt.
        case typeCode(after: String)
        case type(String)
        case resize(rows: Int, columns: Int)
        /// To the command itself.
        case signal(Int32)
        /// For what cannot be waited for: that nothing comes.
        case pause(milliseconds: Int)
        /// Nothing of what is drawn is read for so long.
        case stall(milliseconds: Int)

        fileprivate var json: JSON {
            switch self {
            case .wait(let text): ["wait": .string(text)]
            case .typeCode(let text): ["code": .string(text)]
            case .type(let text): ["type": .string(text)]
            case .resize(let rows, let columns): ["size": [.integer(Int64(rows)), .integer(Int64(columns))]]
            case .signal(let number): ["signal": .integer(Int64(number))]
            case .pause(let milliseconds): ["pause": .integer(Int64(milliseconds))]
            case .stall(let milliseconds): ["stall": .integer(Int64(milliseconds))]
            }
        }
    }

    package struct Result: Sendable {
        package let drawn: String
        /// The exit status; 128 + n if signal n ended it, -1 if it did not end.
        package let status: Int
        /// Permissions, owner and modes of the terminal before and afterwards.
        package let before: JSON
        package let after: JSON
        /// All permissions that it had meanwhile.
        package let permissions: Set<Int>
        /// What somebody who reads the terminal next would find typed.
        package let leftover: String
        /// The step that did not come to pass; nil if all did.
        package let stuck: JSON?
    }

    private static let runner = """
        import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time
        steps, words = json.loads(sys.argv[1]), sys.argv[2:]
        master, slave = pty.openpty()
        def resize(rows, columns): fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        def state():
            status = os.fstat(slave)
            return [status.st_mode & 0o7777, status.st_uid, status.st_gid, termios.tcgetattr(slave)[:4]]
        resize(24, 80)
        os.fchmod(slave, 0o620)
        before = state()
        child = os.fork()
        if child == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in 0, 1, 2: os.dup2(slave, fd)
            os.execv(words[0], words)
        drawn, seen, permissions, status, end = b"", 0, set(), None, time.time() + 90
        def read(timeout):
            global drawn, status
            if select.select([master], [], [], timeout)[0]: drawn += os.read(master, 65536)
            permissions.add(state()[0])
            if status is None:
                ended, word = os.waitpid(child, os.WNOHANG)
                if ended: status = os.waitstatus_to_exitcode(word)
        stuck = None
        for step in steps:
            if "wait" in step:
                text = step["wait"].encode()
                while text not in drawn[seen:] and time.time() < end and status is None: read(0.02)
                for _ in range(5): read(0)
                if text not in drawn[seen:]:
                    stuck = step
                    break
                seen = drawn.index(text, seen) + len(text)
            elif "code" in step:
                found = re.findall(step["code"].encode() + rb" +((?:[a-z] ){3}[a-z])", drawn)
                os.write(master, found[-1].replace(b" ", b"") + b"\\r")
            elif "type" in step: os.write(master, step["type"].encode())
            elif "size" in step:
                resize(*step["size"])
            elif "signal" in step: os.kill(child, step["signal"])
            elif "stall" in step: time.sleep(step["stall"] / 1000)
            else:
                until = time.time() + step["pause"] / 1000
                while time.time() < until: read(0.02)
        while status is None and time.time() < end: read(0.05)
        if status is None: os.kill(child, signal.SIGKILL)
        while select.select([master], [], [], 0.05)[0]: drawn += os.read(master, 65536)
        after = state()
        modes = termios.tcgetattr(slave)
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        leftover = os.read(slave, 4096) if select.select([slave], [], [], 0.1)[0] else b""
        status = -1 if status is None else status if status >= 0 else 128 - status
        print(json.dumps({"before": before, "after": after, "permissions": sorted(permissions), "status": status,
            "drawn": drawn.decode("utf-8", "replace"), "leftover": leftover.decode("latin-1"), "stuck": stuck},
            default=lambda value: value.decode("latin-1")))
        """

    /// Runs the command to its end.
    package static func run(
        _ words: [String], as person: Person, steps: [Step], in folder: String? = nil
    ) throws -> Result {
        let script = JSON.array(steps.map(\.json)).encodedString()
        let result = Command.run(
            person.prefix + ["/usr/bin/python3", "-c", runner, script] + words, in: folder)
        guard let json = try? JSON(parsing: result.output) else {
            throw TestSupportError("no JSON came of the terminal: \(result)")
        }
        return Result(
            drawn: json["drawn"]?.stringValue ?? "", status: Int(json["status"]?.integerValue ?? -1),
            before: json["before"] ?? .null, after: json["after"] ?? .null,
            permissions: Set((json["permissions"]?.arrayValue ?? []).compactMap { $0.integerValue.map(Int.init) }),
            leftover: json["leftover"]?.stringValue ?? "",
            stuck: json["stuck"].flatMap { $0 == JSON.null ? Optional<JSON>.none : $0 })
    }
}
