import TestSupport
import Testing

extension Scene {
    /// Runs a bash script in the scene's folder as whoever runs the tests; `agentbox` is the installed one, with the
    /// scene's home. For what takes a shell: background processes, signals, special files.
    func script(_ text: String) -> Command.Result {
        let words = InstalledAgentbox.shared.command([], as: .possible[0], home: home)
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        // `env` executes it: `$!` is agentbox itself.
        let prelude = """
            agentbox() { \(quoted) "$@"; }
            # start WORDS…: in the background, its output in `out` and `err`, its process in `$process`.
            start() { \(quoted) "$@" <&0 >out 2>err & process=$!; }
            # await FILE TEXT: until the file has the text; gives up when the process has gone.
            await() {
                until grep -q -- "$2" "$1"; do
                    kill -0 "$process" 2>/dev/null || return 1
                    command sleep 0.05
                done
            }
            # finish: the exit status of the process.
            finish() { wait "$process"; echo "status $?"; }

            """
        return Command.run(["/bin/bash", "-c", prelude + text], in: folder.path)
    }

    /// What somebody does who can write the ledger and has no key of it: another entry, with the right checksum.
    func alterLedger() throws {
        let altered = script(
            """
            python3 - home/ledger/log <<'END'
            import struct, sys
            def crc(data):
                value = 0xFFFFFFFF
                for byte in data:
                    value ^= byte
                    for _ in range(8): value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
                return value ^ 0xFFFFFFFF
            log = bytearray(open(sys.argv[1], "rb").read())
            at = log.index(b"alice@example.com")
            log[at:at + 5] = b"mally"
            # A frame: the payload's length, its checksum, the payload.
            start = log.rindex(b'{"agent"', 0, at)
            size = struct.unpack("<I", log[start - 8:start - 4])[0]
            log[start - 4:start] = struct.pack("<I", crc(log[start:start + size]))
            open(sys.argv[1], "wb").write(log)
            END
            """)
        try #require(altered.status == 0, "\(altered)")
    }
}
