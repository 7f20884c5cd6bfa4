import Glibc
import ToolSupport

/// Decides whether a line matches: a text as it is, or a POSIX extended regular expression.
///
/// glibc's matcher can be made slow by a pattern with back references; the call's deadline and memory bound it.
final class LineMatcher {
    private enum Kind {
        case exact(ByteSearch)
        case regex
    }

    private static let longestPattern = 1000

    private let kind: Kind
    private var compiled = regex_t()

    init(_ pattern: String, isRegex: Bool, ignoresCase: Bool) throws(ToolError) {
        guard !pattern.isEmpty, pattern.utf8.count <= Self.longestPattern, !pattern.utf8.contains(0),
            !pattern.utf8.contains(UInt8(ascii: "\n"))
        else {
            throw ToolError(
                .invalidArguments, "`pattern` has to have 1 to \(Self.longestPattern) characters on one line")
        }
        guard isRegex || ignoresCase else {
            kind = .exact(ByteSearch(Array(pattern.utf8)))
            return
        }
        kind = .regex
        // So that `.` is a character and not a byte. glibc has this locale built in; without it, bytes are matched.
        setlocale(LC_CTYPE, "C.UTF-8")
        let source = isRegex ? try PatternTranslation.posix(pattern) : Self.escaped(pattern)
        let problem = regcomp(&compiled, source, REG_EXTENDED | (ignoresCase ? REG_ICASE : 0))
        guard problem == 0 else {
            var text = [CChar](repeating: 0, count: 200)
            regerror(problem, &compiled, &text, text.count)
            let reason = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw ToolError(
                .invalidArguments, "`pattern` is no regular expression: \(reason)",
                remedy: PatternTranslation.advice)
        }
    }

    deinit {
        if case .regex = kind { regfree(&compiled) }
    }

    /// False only if no line of the content can match.
    func mayMatch(_ content: [UInt8]) -> Bool {
        guard case .exact(let search) = kind else { return true }
        return search.first(in: content[...], from: 0) != nil
    }

    func matches(_ line: ArraySlice<UInt8>) -> Bool {
        switch kind {
        case .exact(let search):
            return search.first(in: line, from: line.startIndex) != nil
        case .regex:
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            // The bounds are given in the match: lines are not terminated, and may hold NULs.
            var bounds = regmatch_t(rm_so: 0, rm_eo: regoff_t(line.count))
            return line.withUnsafeBytes { bytes in
                var empty: CChar = 0
                guard let start = bytes.baseAddress else {
                    return regexec(&compiled, &empty, 1, &bounds, REG_STARTEND) == 0
                }
                return regexec(&compiled, start.assumingMemoryBound(to: CChar.self), 1, &bounds, REG_STARTEND) == 0
            }
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\^$.[]|()*+?{}".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
