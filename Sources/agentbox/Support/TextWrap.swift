/// Breaks a text into lines of a width, at spaces where there are some. Nothing is lost but the spaces at the breaks.
/// Styles take no room.
enum TextWrap {
    /// - Parameter first: Of the first line, if it has less or more room.
    static func lines(_ text: String, within width: Int, first: Int? = nil) -> [String] {
        var room = max(first ?? width, 16)
        var lines: [String] = []
        var line = ""
        var used = 0
        func next() {
            lines.append(line)
            (line, used) = ("", 0)
            room = max(width, 16)
        }
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            var count = visible(word)
            if index > 0 {
                if used + 1 + count <= room {
                    line += " " + word
                    used += 1 + count
                    continue
                }
                next()
            }
            // A word that no line holds, such as a path, is broken where the line ends.
            var rest = word
            while count > room {
                let piece = prefix(of: rest, room)
                line = String(piece)
                rest = rest[piece.endIndex...]
                count -= room
                next()
            }
            (line, used) = (String(rest), count)
        }
        return lines + [line]
    }

    /// One line as a terminal shows it, what is broken off beneath its text.
    static func hanging(_ line: String, within width: Int, by indent: Int = 2) -> [String] {
        let lead = line.prefix { $0 == " " }
        let text = String(line.dropFirst(lead.count))
        let beneath = String(repeating: " ", count: lead.count + indent)
        return lines(text, within: width - beneath.count, first: width - lead.count).enumerated().map { index, piece in
            (index == 0 ? lead : beneath[...]) + piece
        }
    }

    /// How many columns it takes.
    private static func visible(_ word: Substring) -> Int {
        word.utf8.contains(0x1B) ? pieces(of: word).reduce(0) { $0 + ($1.isStyle ? 0 : 1) } : word.count
    }

    /// So many columns of it, with the styles among them.
    private static func prefix(of word: Substring, _ columns: Int) -> Substring {
        guard word.utf8.contains(0x1B) else { return word.prefix(columns) }
        var left = columns
        var end = word.startIndex
        for piece in pieces(of: word) {
            if !piece.isStyle {
                guard left > 0 else { break }
                left -= 1
            }
            end = piece.text.endIndex
        }
        return word[..<end]
    }

    /// Its characters, and each style as one: `ESC [ … m`.
    private static func pieces(of word: Substring) -> [(text: Substring, isStyle: Bool)] {
        var pieces: [(Substring, Bool)] = []
        var rest = word
        while let first = rest.first {
            let isStyle = first == "\u{1B}"
            let end = isStyle ? rest.firstIndex(of: "m").map(rest.index(after:)) : rest.index(after: rest.startIndex)
            pieces.append((rest[..<(end ?? rest.endIndex)], isStyle))
            rest = rest[(end ?? rest.endIndex)...]
        }
        return pieces
    }
}
