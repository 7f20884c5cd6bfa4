/// A file name as the most lenient file system would compare it.
///
/// A workspace may lie on, or later be copied to, a file system that ignores case, Unicode form or invisible
/// characters, and git itself was fooled by each of these (CVE-2014-9390, CVE-2019-1352, CVE-2019-1353, CVE-2021-21300):
/// `.GIT`, `.g\u{200c}it` on HFS+, `.git::$INDEX_ALLOCATION`, `.git . .` and `GIT~1` on NTFS all open `.git`.
/// Folding is only ever used to refuse, so that one fold too many costs a clear message and nothing else.
struct FoldedName: Hashable {
    let text: String

    init(_ name: some StringProtocol) {
        var folded = String(String.UnicodeScalarView(name.unicodeScalars.compactMap(Self.plain)))
        // Upper case first: `ſ` and `K` have ordinary letters as their other case only that way round.
        folded = folded.uppercased().lowercased()
        if let stream = folded.firstIndex(of: ":") { folded.removeSubrange(stream...) }
        while let last = folded.last, last == "." || last == " " { folded.removeLast() }
        text = folded
    }

    /// Nil for what HFS+ ignores and other default-ignorable characters; wide forms and look-alikes of the ASCII
    /// characters that compatibility normalisation (ZFS `formKC`) makes one with them become these.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0)
        case 0x2024, 0xFE52: "."
        case 0x2010, 0x2011, 0xFE63: "-"
        case 0x00A0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: " "
        default: scalar.properties.isDefaultIgnorableCodePoint ? nil : scalar
        }
    }

    /// True if this may be the short name that NTFS makes of `long`: `GIT~1` of `.git`, `GI7EBA~1` after collisions.
    func mayBeShortName(of long: FoldedName) -> Bool {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(\.isWholeNumber) else { return false }
        let stem = long.text.filter { $0 != "." && $0 != " " }.prefix(6)
        if parts[0] == stem { return true }
        // Two characters of the name and four hex digits of a hash.
        let (start, hash) = (parts[0].prefix(2), parts[0].dropFirst(2))
        return start == stem.prefix(2) && hash.count == 4 && hash.allSatisfy(\.isHexDigit)
    }
}
