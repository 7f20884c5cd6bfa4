import TestSupport

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
}
