/// What is drawn when a person is asked on the agent's terminal, and what their keys mean. Pure.
///
/// A yes is a code that was made when the prompt was drawn, typed while it stands, after all of the text was on the
/// screen. The agent cannot know the code, whose letters go nowhere but here, nor the phrase, by which the person knows
/// that this is not a drawing of the agent's.
struct ApprovalPrompt {
    enum Outcome: Hashable { case allow, deny }

    /// What is asked: lines of visible text.
    private let text: [String]
    private let phrase: String
    /// When no answer is a no: `15:04:05`.
    private let until: String
    private let makeCode: @Sendable () -> String
    private(set) var code: String
    private var typed = ""
    private var isWrong = false
    private var mistakes = 0
    private var pages: [[String]] = [[]]
    private var page = 0
    private var size: (rows: Int, columns: Int) = (24, 80)
    /// Until all of it was on the screen no code is shown, and none is taken.
    private var isRead = false

    /// Letters that are easily told apart, without those that mean something else here.
    private static let letters = Array("bcdfghjkmqrstvwxz")
    private static let codeLength = 4
    /// So many wrong codes are a no.
    private static let mostMistakes = 3

    init(
        _ text: String, phrase: String, until: String, size: (rows: Int, columns: Int),
        makeCode: @escaping @Sendable () -> String = {
            String((0..<codeLength).map { _ in letters.randomElement() ?? "x" })
        }
    ) {
        self.text = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        self.phrase = phrase
        self.until = until
        self.makeCode = makeCode
        code = makeCode()
        resize(size)
    }

    mutating func resize(_ size: (rows: Int, columns: Int)) {
        self.size = (max(size.rows, 6), max(size.columns, 20))
        let height = self.size.rows - 5
        let lines = text.flatMap { wrapped($0, self.size.columns - 1) }
        pages = stride(from: 0, to: max(1, lines.count), by: height).map { start in
            Array(lines[start..<min(lines.count, start + height)])
        }
        page = min(page, pages.count - 1)
        if page == pages.count - 1 { isRead = true }
    }

    /// Nil: the person has not answered yet.
    mutating func press(_ key: PromptKey) -> Outcome? {
        switch key {
        case .escape, .interrupt, .letter("n"), .letter("N"): return .deny
        case .next:
            page = min(page + 1, pages.count - 1)
            if page == pages.count - 1 { isRead = true }
        case .previous, .letter("p"): page = max(page - 1, 0)
        case .rubOut: typed = String(typed.dropLast())
        case .letter(let letter):
            let letter = Character(letter.lowercased())
            if isRead, Self.letters.contains(letter), typed.count < Self.codeLength { typed.append(letter) }
        case .enter:
            guard isRead, typed.count == Self.codeLength else { return nil }
            if typed == code { return .allow }
            mistakes += 1
            if mistakes == Self.mostMistakes { return .deny }
            isWrong = true
            typed = ""
            code = makeCode()
        }
        return nil
    }

    /// The whole screen, from its first row.
    var screen: String {
        var rows = [bar(" agentbox asks you. Your phrase: \(phrase)"), ""]
        rows += pages[page] + Array(repeating: "", count: size.rows - 5 - pages[page].count)
        let place = pages.count > 1 ? "Page \(page + 1) of \(pages.count); space: next, p: previous. " : ""
        rows.append(cut(place + (isWrong ? "That was not the code; here is another." : ""), keeping: size.columns - 1))
        let deny = "n or Esc: no. No answer by \(until) is a no."
        if isRead {
            let spaced = code.map(String.init).joined(separator: " ")
            rows.append(cut("Yes: type  \(spaced)  and Enter. \(deny)", keeping: size.columns - 1))
            rows.append("> \(typed)")
        } else {
            rows.append(cut("Read on for the code. \(deny)", keeping: size.columns - 1))
            rows.append("")
        }
        return "\u{F}\u{1B}(B\u{1B}[0m\u{1B}[H\u{1B}[2J" + rows.joined(separator: "\r\n")
    }

    private func bar(_ text: String) -> String {
        let text = cut(text, keeping: size.columns - 1)
        return "\u{1B}[7m" + text + String(repeating: " ", count: max(0, size.columns - 1 - width(text))) + "\u{1B}[0m"
    }

    private func cut(_ text: String, keeping columns: Int) -> String { wrapped(text, columns).first ?? "" }

    private func wrapped(_ line: String, _ columns: Int) -> [String] { ApprovalLayout.pieces(line, columns: columns) }

    private func width(_ text: String) -> Int { ApprovalLayout.width(text) }
}
