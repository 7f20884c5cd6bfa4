/// Breaks a text into lines of a width, at spaces where there are some. Nothing is lost but the spaces at the breaks.
enum TextWrap {
    static func lines(_ text: String, within width: Int) -> [String] {
        let width = max(width, 16)
        var lines: [String] = []
        var line = ""
        var used = 0
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            var rest = word[...]
            var count = rest.count
            if index > 0 {
                if used + 1 + count <= width {
                    line += " " + rest
                    used += 1 + count
                    continue
                }
                lines.append(line)
            }
            // A word that no line holds, such as a path, is broken where the line ends.
            while count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
                count -= width
            }
            (line, used) = (String(rest), count)
        }
        return lines + [line]
    }
}
