/// What is on a terminal's main screen after it drew some bytes, and in the lines above it; of tmux's kind: `CSI ? 1049 l`
/// brings back the cursor that the last `h` saved, on whichever screen it is. It knows what our tests draw, no more.
package struct ScreenModel {
    private let rows: Int
    private var screen: [[Character]]
    /// The lines that were scrolled off the top.
    package private(set) var above: [String] = []
    private var row = 0
    private var column = 0
    private var saved = (0, 0)
    private var main: [[Character]]?

    package init(rows: Int = 24, drawing text: String) {
        self.rows = rows
        screen = Array(repeating: [], count: rows)
        draw(text)
    }

    /// The screen's lines.
    package var lines: [String] { screen.map { String($0) } }

    private mutating func draw(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "\r": column = 0
            case "\n": feed()
            case "\u{1B}":
                guard index < scalars.count else { return }
                let kind = scalars[index]
                index += 1
                if kind == "7" { saved = (row, column) }
                if kind == "8" { (row, column) = saved }
                if kind == "(" { index += 1 }
                guard kind == "[" else { continue }
                var parameters = ""
                while index < scalars.count, !(0x40...0x7E).contains(scalars[index].value) {
                    parameters.unicodeScalars.append(scalars[index])
                    index += 1
                }
                guard index < scalars.count else { return }
                control(parameters, Character(scalars[index]))
                index += 1
            default: if scalar.value >= 0x20 { put(Character(scalar)) }
            }
        }
    }

    private mutating func put(_ character: Character) {
        while screen[row].count < column { screen[row].append(" ") }
        if column < screen[row].count { screen[row][column] = character } else { screen[row].append(character) }
        column += 1
    }

    private mutating func feed() {
        guard row == rows - 1 else { return row += 1 }
        let line = screen.removeFirst()
        if main == nil { above.append(String(line)) }
        screen.append([])
    }

    private mutating func control(_ parameters: String, _ final: Character) {
        let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
        switch (parameters, final) {
        case ("?1049", "h"), ("?1047", "h"):
            if parameters == "?1049" { saved = (row, column) }
            main = main ?? screen
            screen = Array(repeating: [], count: rows)
        case ("?1049", "l"), ("?1047", "l"):
            screen = main ?? screen
            main = nil
            if parameters == "?1049" { (row, column) = saved }
        case (_, "H"):
            row = min(max(numbers.first ?? 1, 1), rows) - 1
            column = max(numbers.dropFirst().first ?? 1, 1) - 1
        case ("", "r"): (row, column) = (0, 0)
        case ("2", "J"): screen = Array(repeating: [], count: rows)
        case ("", "J"):
            screen[row] = Array(screen[row].prefix(column))
            for below in (row + 1)..<max(rows, row + 1) { screen[below] = [] }
        default: break
        }
    }
}
