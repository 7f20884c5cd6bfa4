import CEgress
import Glibc
import Hosts

/// One connection of a call, and its other half to the destination.
final class Connection: Hashable {
    let client: Int32
    let destination: ServedDestination
    /// Its descriptors that are waited for, and that were.
    var watched: Set<Int32> = []
    private var server: Int32 = -1
    private var candidates: ArraySlice<IPAddress> = []
    private var isConnected = false
    /// What the call sent first was looked at.
    private var isJudged = false
    private var up = Flow()
    private var down = Flow()
    /// In `ce_milliseconds`.
    private let end: Int64
    private let helloEnd: Int64
    private var dialEnd: Int64 = .max
    /// What the proxy has to say yet; nil of a connection that was made to the destination itself.
    private var opening: Opening?
    /// What came of the answer to the proxy's one request of HTTP, whose head is not whole; nil: it goes on as it comes.
    private var answer: [UInt8]?

    static let dialTime: Int64 = 5_000
    static let helloTime: Int64 = 15_000

    /// What is to be done with it.
    enum Verdict {
        case waits
        /// There is more to pass on at once.
        case goesOn
        /// It dials, and this descriptor is to be watched.
        case watch(Int32)
        case done
        /// Both sides are to see that it broke off.
        case broken
    }

    init(client: Int32, to destination: ServedDestination, opening: Opening? = nil, at now: Int64) {
        self.client = client
        self.opening = opening
        self.destination = destination
        end = now + Int64(destination.wanted.limits.milliseconds)
        helloEnd = now + Self.helloTime
    }

    static func == (left: Connection, right: Connection) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// The addresses are known and checked: the first is dialled.
    func dial(_ addresses: [IPAddress], at now: Int64) -> Verdict {
        candidates = addresses[...]
        return dialNext(at: now)
    }

    private func dialNext(at now: Int64) -> Verdict {
        closeServer()
        while let address = candidates.popFirst() {
            var bytes = (0..<16).map { index in
                UInt8(truncatingIfNeeded: (address.isVersion6 ? address.bits : address.bits << 96) >> (120 - 8 * index))
            }
            server = ce_dial(&bytes, address.isVersion6 ? 1 : 0, destination.wanted.destination.port)
            guard server >= 0 else { continue }
            destination.report.dialled(address.canonicalText)
            dialEnd = now + Self.dialTime
            return .watch(server)
        }
        destination.report.failures += 1
        return giveUp()
    }

    /// It never came to be. Whoever asked a proxy for it is told.
    func giveUp() -> Verdict {
        guard let opening else { return .broken }
        _ = ce_send(client, opening.answers.unreachable, opening.answers.unreachable.count)
        return .done
    }

    /// Something happened on either side.
    func proceed(at now: Int64) -> Verdict {
        if server >= 0, !isConnected {
            if ce_is_connected(server) == 1 {
                isConnected = true
                dialEnd = .max
                destination.report.connections += 1
                guard open() else { return .broken }
            } else if ce_socket_error(server) != 0 {
                return dialNext(at: now)
            }
        }
        if !isJudged, opening == nil {
            switch judge() {
            case nil: break
            case true?: isJudged = true
            case false?: return .broken
            }
        }
        return isConnected ? pump() : .waits
    }

    /// Says to who asked the proxy that the connection exists, or begins with the request that the proxy was given.
    private func open() -> Bool {
        guard let opening else { return true }
        self.opening = nil
        if let request = opening.request {
            // Plain HTTP, which was read: nobody can make a hello of it.
            guard destination.judge(.notTLS) == true else { return false }
            isJudged = true
            up.begin(with: request.head, left: request.body)
            answer = []
            destination.allowance = max(0, destination.allowance - request.head.count)
            destination.report.up += request.head.count
            return true
        }
        let answer = opening.answers.connected
        return ce_send(client, answer, answer.count) == answer.count
    }

    /// What the call sent first: it stays in the socket, where nobody can change it any more.
    private func judge() -> Bool? {
        // Two bytes tell what is no TLS; only a hello is looked at whole.
        let (start, problem) = peek(2)
        if let problem { return problem == EAGAIN ? nil : false }
        // An end before anything was sent: there is nothing to look at.
        if start.isEmpty { return true }
        let hello = ClientHello(start)
        if hello == .notTLS { return destination.judge(hello) }
        let (whole, trouble) = peek(ClientHello.mostBytes + 1024)
        if let trouble { return trouble == EAGAIN ? nil : false }
        let verdict = destination.judge(ClientHello(whole))
        if verdict == nil, whole.count > ClientHello.mostBytes { return destination.judge(.malformed) }
        return verdict
    }

    private func peek(_ most: Int) -> ([UInt8], problem: Int32?) {
        var problem: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
            let count = ce_peek(client, buffer.baseAddress, buffer.count)
            if count < 0 { problem = errno }
            filled = max(0, count)
        }
        return (bytes, problem)
    }

    private func pump() -> Verdict {
        var state = Flow.State.waiting
        if isJudged {
            let before = destination.allowance
            state = up.pump(from: client, to: server, allowance: &destination.allowance)
            destination.report.up += before - destination.allowance
        }
        if case .failed = state { return .broken }
        guard passAnswer() else { return .broken }
        let before = destination.allowance
        let other = answer != nil ? .waiting : down.pump(from: server, to: client, allowance: &destination.allowance)
        destination.report.down += before - destination.allowance
        if case .failed = other { return .broken }
        if destination.allowance == 0 {
            destination.report.refuse(
                .traffic,
                "more than \(destination.wanted.limits.bytes) bytes to and from \(destination.wanted.destination)")
            return .broken
        }
        if up.isDone, down.isDone { return .done }
        if case .more = state { return .goesOn }
        if case .more = other { return .goesOn }
        return .waits
    }

    /// Reads the head of the answer to the proxy's request, if it is to be read, and lets it and the rest go on.
    ///
    /// - Returns: False if either side failed.
    private func passAnswer() -> Bool {
        while var held = answer, destination.allowance > 0 {
            var piece = [UInt8](repeating: 0, count: min(HTTPAnswerHead.mostBytes - held.count, destination.allowance))
            let count = read(server, &piece, piece.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            destination.allowance -= count
            destination.report.down += count
            held += piece.prefix(count)
            var reading = HTTPAnswerHead(held)
            while case .interim(let length) = reading {
                guard ce_send(client, held, length) == length else { return false }
                held.removeFirst(length)
                reading = HTTPAnswerHead(held)
            }
            if case .incomplete = reading, count > 0 {
                answer = held
                continue
            }
            answer = nil
            if case .final(let head, let length) = reading {
                down.begin(with: head + held.dropFirst(length), left: nil)
            } else if !held.isEmpty {
                down.begin(with: held, left: nil)
            }
        }
        return true
    }

    /// Looks at the clock.
    func tick(at now: Int64) -> Verdict {
        if now >= end {
            destination.report.refuse(
                .time,
                "a connection to \(destination.wanted.destination) lasted longer than "
                    + "\(destination.wanted.limits.milliseconds / 1000) s")
            return .broken
        }
        if now >= dialEnd { return dialNext(at: now) }
        if !isJudged, now >= helloEnd, ce_has_input(client) {
            destination.report.refuse(.time, "the TLS hello to \(destination.wanted.destination) was not finished")
            return .broken
        }
        return .waits
    }

    func close(isBroken: Bool) {
        up.close()
        down.close()
        if isBroken {
            ce_reset(client)
            if server >= 0 { ce_reset(server) }
        } else {
            Glibc.close(client)
            closeServer()
        }
        server = -1
    }

    private func closeServer() {
        if server >= 0 { Glibc.close(server) }
        server = -1
    }
}

/// True if something arrived that was not taken.
private func ce_has_input(_ fd: Int32) -> Bool {
    var byte: UInt8 = 0
    return ce_peek(fd, &byte, 1) > 0
}
