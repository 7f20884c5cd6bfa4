import CSandbox
import Glibc
import LinuxIO
import TerminalFilter

/// What a session's thread does: bytes from one terminal to the other, until the agent has ended.
struct TerminalRelay: Sendable {
    /// Why not everything was drawn.
    private(set) var problem: SystemError?

    let person: PersonTerminal
    let pair: PseudoTerminal
    let phrase: String?
    private let wake: SharedDescriptor
    private let takeCommands: @Sendable () -> [TerminalSession.Command]

    var filter = TerminalFilter()
    /// For the person's terminal, and for the agent.
    var outbound: [UInt8] = []
    private var inbound: [UInt8] = []
    /// What the agent wrote while somebody was asked.
    private var held: [UInt8] = []

    /// The keys are the agent's. False in the background.
    private var hasKeys = false
    private var isInputOpen = true
    private var isOutputOpen = true
    private var isMasterOpen = true
    private var hasEnded = false
    private var isAbandoned = false
    private var killKeys = KillKeys()
    private var onKillKeys: (@Sendable () -> Void)?

    var prompt: StandingPrompt?
    var questions: [(question: TerminalQuestion, reply: @Sendable (TerminalAnswer) -> Void)] = []
    var lateNotes: [String] = []
    /// A program on the second screen draws it anew when its size changes: it is one row smaller until then.
    private var shrunkUntil: ContinuousClock.Instant?
    /// When a note on the second screen has been read.
    private var redrawAt: ContinuousClock.Instant?

    /// More is not read from whoever writes faster than it is taken: they wait.
    private static let most = 64 << 10
    /// The same of an agent that writes while somebody is asked.
    private static let mostHeld = 256 << 10
    /// How long a program may take to see that its screen has changed.
    private static let redrawPause = Duration.milliseconds(150)
    private static let noteTime = Duration.seconds(6)
    /// In the background: how long until it is looked whether that has changed.
    private static let backgroundPause = Duration.milliseconds(500)

    init(
        _ person: PersonTerminal, _ pair: PseudoTerminal, wake: SharedDescriptor, phrase: String?,
        takeCommands: @escaping @Sendable () -> [TerminalSession.Command]
    ) {
        self.person = person
        self.pair = pair
        self.wake = wake
        self.phrase = phrase
        self.takeCommands = takeCommands
        if phrase != nil { outbound = Array(Self.clearing(rows: person.size.map { Int($0.ws_row) } ?? 0).utf8) }
    }

    /// Moves all that is on the screen, the phrase with it, to where nobody draws: the lines above it.
    ///
    /// Attack: an agent that does not know the phrase draws a prompt around the line on which it stands.
    static func clearing(rows: Int) -> String {
        let lines = String(repeating: "\n", count: rows > 0 ? rows : mostRows)
        return "\u{18}\u{1B}[r\u{1B}[9999;1H" + lines
            + "\u{1B}[Hagentbox: scroll up for your phrase, which is now above this screen\r\n"
    }

    /// Of a terminal that does not say how many it has.
    private static let mostRows = 200

    mutating func run() {
        takeKeys()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while !isOver {
            let ready = wait()
            if ready.wake {
                eventfd_shim_drain(wake.raw)
                for command in takeCommands() { obey(command) }
            }
            if ready.inputReads { readKeys(buffer) }
            if ready.masterReads { readAgent(buffer) }
            if ready.masterWrites { writeToAgent() }
            if ready.outputWrites { draw() }
            passTime()
        }
        for asked in questions { asked.reply(.cancelled) }
        prompt?.reply(.cancelled)
        leave()
    }

    private var isOver: Bool {
        isAbandoned || (hasEnded && !isMasterOpen && (outbound.isEmpty || !isOutputOpen))
    }

    // MARK: Waiting

    private struct Ready {
        var wake = false
        var inputReads = false
        var outputWrites = false
        var masterReads = false
        var masterWrites = false
    }

    private func wait() -> Ready {
        let room = prompt == nil ? outbound.count < Self.most : held.count < Self.mostHeld
        let wantsKeys = hasKeys && isInputOpen && !hasEnded && (prompt != nil || inbound.count < Self.most)
        let wantsToDraw = !outbound.isEmpty && isOutputOpen
        let wantsAgent = isMasterOpen && room
        let wantsToType = isMasterOpen && !inbound.isEmpty
        var requests = [
            pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsKeys || wantsToDraw ? person.descriptor.raw : -1, events: 0, revents: 0),
            pollfd(fd: wantsAgent || wantsToType ? pair.master.raw : -1, events: 0, revents: 0),
        ]
        if wantsKeys { requests[1].events |= Int16(POLLIN) }
        if wantsToDraw { requests[1].events |= Int16(POLLOUT) }
        if wantsAgent { requests[2].events |= Int16(POLLIN) }
        if wantsToType { requests[2].events |= Int16(POLLOUT) }
        while poll(&requests, 3, timeout) < 0, errno == EINTR || errno == EAGAIN {}
        let hungUp = Int16(POLLHUP) | Int16(POLLERR)
        func has(_ index: Int, _ event: Int32) -> Bool { requests[index].revents & (Int16(event) | hungUp) != 0 }
        return Ready(
            wake: requests[0].revents != 0, inputReads: wantsKeys && has(1, POLLIN),
            outputWrites: wantsToDraw && has(1, POLLOUT), masterReads: wantsAgent && has(2, POLLIN),
            masterWrites: wantsToType && has(2, POLLOUT))
    }

    /// Milliseconds until something is due; -1: nothing is.
    private var timeout: Int32 {
        var moments = [shrunkUntil, redrawAt, prompt?.nextMoment].compactMap { $0 }
        if !hasKeys && isInputOpen && !hasEnded { moments.append(.now + Self.backgroundPause) }
        guard let next = moments.min() else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: next).components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }

    private mutating func passTime() {
        let now = ContinuousClock.now
        if let moment = shrunkUntil, moment <= now {
            shrunkUntil = nil
            resize()
        }
        if let moment = redrawAt, moment <= now {
            redrawAt = nil
            if prompt == nil { redraw() }
        }
        if !hasKeys && !hasEnded {
            takeKeys()
            if hasKeys { beginPrompt() }
        }
        passPromptTime(now)
    }

    // MARK: Commands

    private mutating func obey(_ command: TerminalSession.Command) {
        switch command {
        case .resize: if shrunkUntil == nil { resize() }
        case .suspend: suspend()
        case .proceed: proceed()
        case .note(let text): show(text)
        case .ask(let question, let reply):
            guard !hasEnded, isInputOpen, phrase != nil else { return reply(.cancelled) }
            questions.append((question, reply))
            beginPrompt()
        case .withdraw(let id): withdraw(id)
        case .onKillKeys(let body): onKillKeys = body
        case .agentEnded:
            hasEnded = true
            cancelQuestions()
            inbound = []
            if hasKeys { person.takeKeysBack() }
        case .abandon: isAbandoned = true
        }
    }

    private mutating func resize() {
        guard let size = person.size else { return }
        filter.size = (Int(size.ws_row), Int(size.ws_col))
        pair.resize(size)
        redrawPrompt()
    }

    /// Has the program that draws the whole screen do so.
    mutating func redraw() {
        guard filter.modes.isAlternate, isMasterOpen, var size = person.size else { return }
        size.ws_row = size.ws_row > 2 ? size.ws_row - 1 : size.ws_row + 1
        pair.resize(size)
        shrunkUntil = .now + Self.redrawPause
    }

    mutating func show(_ text: String) {
        guard prompt == nil else { return lateNotes.append(text) }
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n          ")
        // An agent could have left letters, margins and modes in which nobody can read it.
        let (suspension, resumption) = (filter.modes.suspension, filter.modes.resumption)
        let plain = "\u{F}\u{1B}(B\u{1B}[0m"
        if filter.modes.isAlternate, let size = person.size {
            let row = "agentbox: \(text)".replacing("\n", with: " ").prefix(Int(size.ws_col))
            outbound += Array(
                "\u{1B}7\(suspension)\(plain)\u{1B}[\(size.ws_row);1H\u{1B}[7m\(row)\u{1B}[0m\(resumption)\u{1B}8".utf8)
            redrawAt = .now + Self.noteTime
        } else {
            // To set margins moves the cursor.
            let before = suspension.isEmpty ? "" : "\u{1B}7\(suspension)\u{1B}8"
            let after = resumption.isEmpty ? "" : "\u{1B}7\(resumption)\u{1B}8"
            outbound += Array("\(before)\(plain)\r\nagentbox: \(line)\r\n\(after)".utf8)
        }
    }

    // MARK: The person's terminal

    /// Takes the keys if this process is in the foreground.
    mutating func takeKeys() {
        guard isInputOpen, !hasEnded, person.isOurs else { return }
        person.guardAgainstCrash()
        person.makeRaw()
        hasKeys = true
        resize()
    }

    /// The terminal is somebody else's for a while: plain, with the keys as they were.
    private mutating func suspend() {
        standPromptAside()
        if hasKeys {
            outbound += Array(((filter.modes.isAlternate ? "\u{1B}[?1049l" : "") + filter.modes.suspension).utf8)
            drawNow()
            person.restore()
            person.unguard()
            hasKeys = false
        }
        // To this very thread, which so is stopped here, and not a little later. It goes on when somebody continues it.
        pthread_kill(pthread_self(), SIGSTOP)
        proceed()
    }

    /// After a stop, by whatever signal that was.
    private mutating func proceed() {
        guard person.isOurs, !hasEnded else { return }
        let wasTaken = hasKeys
        takeKeys()
        // A shell that took the terminal meanwhile has left it in modes of its own.
        if !wasTaken && filter.modes.isAlternate { outbound += Array("\u{1B}[?1049h\u{1B}[2J".utf8) }
        if !wasTaken { outbound += Array(filter.modes.resumption.utf8) }
        if prompt == nil { redraw() }
        beginPrompt()
    }

    private mutating func leave() {
        guard hasKeys || isOutputOpen else { return }
        if isOutputOpen {
            outbound = Array(filter.modes.ending.utf8)
            drawNow()
        }
        if hasKeys { person.restore() }
        person.unguard()
    }

    /// What the terminal takes at once.
    private mutating func drawNow() {
        while !outbound.isEmpty, isOutputOpen {
            var request = pollfd(fd: person.descriptor.raw, events: Int16(POLLOUT), revents: 0)
            guard poll(&request, 1, 200) > 0 else { break }
            draw()
        }
        outbound = []
    }

    private mutating func draw() {
        do throws(SystemError) {
            let count = try person.write(outbound[...])
            outbound.removeFirst(count)
        } catch {
            // A terminal that is gone shows nothing.
            if error.errno != EIO { problem = problem ?? error }
            isOutputOpen = false
            outbound = []
        }
    }

    // MARK: Bytes

    private mutating func readKeys(_ buffer: UnsafeMutableRawBufferPointer) {
        let count: Int?
        do throws(SystemError) {
            count = try person.read(into: buffer)
        } catch {
            // EIO: moved to the background, or gone.
            if person.isOurs || error.errno != EIO { closeInput() } else { hasKeys = false }
            return
        }
        guard let count else { return }
        guard count > 0 else { return closeInput() }
        if prompt != nil { return answerPrompt(buffer[..<count]) }
        inbound += buffer[..<count]
        if killKeys.take(buffer[..<count]) { onKillKeys?() }
    }

    /// Nobody is there who could answer.
    private mutating func closeInput() {
        isInputOpen = false
        cancelQuestions()
    }

    private mutating func cancelQuestions() {
        let asked = questions
        questions = []
        endPrompt(.cancelled)
        for asked in asked { asked.reply(.cancelled) }
    }

    private mutating func readAgent(_ buffer: UnsafeMutableRawBufferPointer) {
        do throws(SystemError) {
            guard let count = try pair.master.read(into: buffer) else { return }
            take(buffer[..<count])
            if count == 0 { isMasterOpen = false }
        } catch {
            // EIO: nobody holds the agent's end any more.
            isMasterOpen = false
        }
    }

    private mutating func take(_ bytes: some Sequence<UInt8>) {
        guard prompt == nil else {
            held += bytes
            return
        }
        filter.write(bytes)
        outbound += filter.output
        filter.output.removeAll(keepingCapacity: true)
        // An agent that asks and does not read gets no more answers than there is room for.
        if inbound.count < Self.most, !hasEnded { inbound += filter.replies }
        filter.replies.removeAll(keepingCapacity: true)
    }

    /// What waited while somebody was asked.
    mutating func releaseHeld() {
        let bytes = held
        held = []
        take(bytes)
    }

    private mutating func writeToAgent() {
        do throws(SystemError) {
            inbound.removeFirst(try pair.master.write(inbound[...]))
        } catch {
            // A terminal that nobody holds takes nothing.
            inbound = []
        }
    }
}
