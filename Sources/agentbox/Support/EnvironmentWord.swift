import Glibc

/// `NAME=VALUE`, or `NAME` for the host's value.
enum EnvironmentWord {
    static func parse(_ word: String) throws(CommandError) -> (String, String) {
        let name = String(word.prefix { $0 != "=" })
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            name.utf8.allSatisfy({
                $0 == UInt8(ascii: "_") || ($0 < 128 && Character(UnicodeScalar($0)).isLetter)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            })
        else {
            throw CommandError("--env: `\(word)` names no variable", remedy: "write NAME=VALUE, or NAME")
        }
        if name.utf8.count < word.utf8.count { return (name, String(word.dropFirst(name.count + 1))) }
        guard let value = getenv(name) else {
            throw CommandError("--env: `\(name)` is not set here", remedy: "set it, or write \(name)=VALUE")
        }
        return (name, String(cString: value))
    }
}
