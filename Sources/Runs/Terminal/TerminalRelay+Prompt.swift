import Diagnostics
import Glibc
import LinuxIO

/// A prompt that is on the person's terminal.
struct StandingPrompt {
    let question: TerminalQuestion
    let reply: @Sendable (TerminalAnswer) -> Void
    var prompt: ApprovalPrompt
    var keys = PromptKeys()
    /// Until then what is typed was meant for the agent.
    let deafUntil: ContinuousClock.Instant
    let expires: ContinuousClock.Instant
    /// When an Escape that nothing followed is one.
    var settlesAt: ContinuousClock.Instant?

    var nextMoment: ContinuousClock.Instant { settlesAt.map { min($0, expires) } ?? expires }
}

extension TerminalRelay {
    /// Keys that were on their way when the prompt was drawn, over a slow connection too.
    private static let deafness = Duration.milliseconds(400)
    /// Between the bytes of one key.
    private static let escapePause = Duration.milliseconds(80)

    /// Asks the next question, if there is one and nobody is being asked.
    mutating func beginPrompt() {
        guard prompt == nil, let phrase, person.isOurs, let next = questions.first else { return }
        questions.removeFirst()
        let left = next.question.expires.millisecondsSince1970 - Timestamp.now().millisecondsSince1970
        guard left > 0 else {
            next.reply(.expired)
            return beginPrompt()
        }
        takeKeys()
        person.flushInput()
        let now = ContinuousClock.now
        prompt = StandingPrompt(
            question: next.question, reply: next.reply,
            prompt: ApprovalPrompt(
                VisibleText.block(next.question.text), phrase: phrase, until: Self.clock(next.question.expires),
                size: filter.size),
            deafUntil: now + Self.deafness, expires: now + .milliseconds(left))
        // The first screen is put back by the terminal; the second by the program that draws it.
        let away = filter.modes.isAlternate ? "\u{1B}7" : "\u{1B}[?1049h"
        outbound += Array((away + filter.modes.suspension + "\u{1B}[?25h\u{07}").utf8)
        redrawPrompt()
    }

    mutating func redrawPrompt() {
        guard prompt != nil else { return }
        let size = filter.size
        prompt?.prompt.resize(size)
        outbound += Array((prompt?.prompt.screen ?? "").utf8)
    }

    /// What a person types at the prompt. Nothing of it reaches the agent.
    mutating func answerPrompt(_ bytes: some Sequence<UInt8>) {
        guard let deafUntil = prompt?.deafUntil, ContinuousClock.now >= deafUntil else { return }
        for byte in bytes {
            guard let key = prompt?.keys.take(byte) else { continue }
            press(key)
            if prompt == nil { return }
            // After each key, not after all of them: every page is on the screen before the next.
            redrawPrompt()
        }
        let isAmbiguous = prompt?.keys.isAmbiguous == true
        prompt?.settlesAt = isAmbiguous ? .now + Self.escapePause : nil
    }

    private mutating func press(_ key: PromptKey) {
        switch prompt?.prompt.press(key) {
        case .allow?: endPrompt(.allow)
        case .deny?: endPrompt(.deny)
        case nil: break
        }
    }

    mutating func passPromptTime(_ now: ContinuousClock.Instant) {
        if let moment = prompt?.settlesAt, moment <= now {
            prompt?.settlesAt = nil
            if let key = prompt?.keys.settle() { press(key) }
        }
        if let moment = prompt?.expires, moment <= now { endPrompt(.expired) }
        let late = Timestamp.now()
        questions.removeAll { asked in
            guard asked.question.expires <= late else { return false }
            asked.reply(.expired)
            return true
        }
    }

    /// Takes the prompt off the screen, and goes on where the agent was.
    mutating func endPrompt(_ answer: TerminalAnswer) {
        guard let ended = prompt else { return }
        clearPrompt()
        ended.reply(answer)
        beginPrompt()
    }

    /// Takes the prompt off the screen; its question is asked again, with another code.
    mutating func standPromptAside() {
        guard let standing = prompt else { return }
        clearPrompt()
        questions.insert((standing.question, standing.reply), at: 0)
    }

    private mutating func clearPrompt() {
        prompt = nil
        // The rest of what was typed at the prompt is for nobody.
        person.flushInput()
        let plain = "\u{1B}[0m\u{1B}[H\u{1B}[2J"
        let back = filter.modes.isAlternate ? "\u{1B}8" : "\u{1B}[?1049l"
        outbound += Array((plain + filter.modes.resumption + back).utf8)
        if filter.modes.isAlternate { redraw() }
        releaseHeld()
        let notes = lateNotes
        lateNotes = []
        for text in notes { show(text) }
    }

    mutating func withdraw(_ id: String) {
        questions.removeAll { asked in
            guard asked.question.id == id else { return false }
            asked.reply(.cancelled)
            return true
        }
        if prompt?.question.id == id { endPrompt(.cancelled) }
    }

    /// `15:04:05`, by the clock on the person's wall.
    private static func clock(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.millisecondsSince1970 / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let two = { (number: Int32) in (number < 10 ? "0" : "") + String(number) }
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
    }
}
