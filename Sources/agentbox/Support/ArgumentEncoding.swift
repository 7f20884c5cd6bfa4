/// What the command line is written in.
enum ArgumentEncoding {
    /// Attack: Swift repairs what is not UTF-8, and a repaired name is that of another file.
    static func check() throws(CommandError) {
        for index in 0..<Int(CommandLine.argc) {
            guard let word = CommandLine.unsafeArgv[index], String(validatingCString: word) == nil else { continue }
            throw CommandError(
                "argument \(index) is not valid UTF-8",
                remedy: "agentbox names files by UTF-8 only: rename the file, or fix the terminal's character set")
        }
    }
}
