import Manifests

/// Names of constants that argument rules may use, with Linux's numbers.
enum ArgumentConstants {
    private static let values: [String: UInt64] = {
        var values: [String: UInt64] = [:]
        for table in [sockets, control, terminal] {
            for entry in table.split(whereSeparator: \.isWhitespace) {
                let parts = entry.split(separator: "=")
                guard parts.count == 2, let value = number(String(parts[1])) else { continue }
                values[String(parts[0])] = value
            }
        }
        return values
    }()

    private static let namesByValue: [UInt64: [String]] = values.reduce(into: [:]) { names, entry in
        names[entry.value, default: []].append(entry.key)
    }

    static var names: [String] { Array(values.keys) }

    /// All constants of that number, in no order.
    static func names(of value: UInt64) -> [String] { namesByValue[value] ?? [] }

    /// Second names of what has a better known one.
    private static let aliases: Set<String> = [
        "AF_FILE", "AF_LOCAL", "AF_ROUTE", "TIOCINQ", "F_GETLK64", "F_SETLK64", "F_SETLKW64", "RLIMIT_OFILE",
    ]

    /// The constant of that value whose name begins with one of the prefixes; of several the first in the alphabet.
    static func name(of value: UInt64, _ prefixes: [String]) -> String? {
        values.filter { entry in
            entry.value == value && !aliases.contains(entry.key) && prefixes.contains { entry.key.hasPrefix($0) }
        }.keys.min()
    }

    /// The option of `prctl` of that value: names of what options are set to are not options.
    static func option(_ value: UInt64) -> String? {
        let settings = ["PR_SET_MM_", "PR_SET_VMA_ANON_NAME", "PR_CAP_AMBIENT_", "PR_MCE_KILL_", "PR_SCHED_CORE_"]
        let options = [
            "PR_GET_", "PR_SET_", "PR_CAPBSET_", "PR_CAP_AMBIENT", "PR_MCE_KILL", "PR_TASK_", "PR_SCHED_CORE",
        ]
        return values.filter { entry in
            entry.value == value && options.contains { entry.key.hasPrefix($0) }
                && !settings.contains { entry.key.hasPrefix($0) }
        }.keys.min()
    }

    /// All constants whose names begin so, by value.
    static func all(prefix: String) -> [(UInt64, String)] {
        values.filter { $0.key.hasPrefix(prefix) }.map { ($0.value, $0.key) }.sorted { $0.0 < $1.0 }
    }

    /// `AF_UNIX`, `0x5412`, `16` or `-1`, which is sign-extended to 64 bits.
    static func value(of text: String) throws(SandboxError) -> UInt64 {
        if let value = values[text] ?? number(text) { return value }
        let nearest = Nearest.match(text, among: names.sorted())
        throw SandboxError(
            .unknownName, "`\(text)` is neither a number nor a constant that argument rules know",
            remedy: nearest.map { "did you mean `\($0)`?" } ?? "write the number")
    }

    private static func number(_ text: String) -> UInt64? {
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("-") { return Int64(text).map { UInt64(bitPattern: $0) } }
        return UInt64(text)
    }
}
