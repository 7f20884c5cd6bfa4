import CEgress
import Glibc

/// A connection to the call's proxy, until it is known where it leads.
final class ProxyClient: Hashable {
    let client: Int32
    let proxy: ServedProxy
    private let end: Int64
    private var isGreeted = false

    enum Verdict {
        case waits
        /// It was answered, and is over.
        case done
        case leads(to: ProxyRequest.Target, Opening)
    }

    init(client: Int32, to proxy: ServedProxy, at now: Int64) {
        self.client = client
        self.proxy = proxy
        end = now + Connection.helloTime
    }

    static func == (left: ProxyClient, right: ProxyClient) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// Reads of what came exactly what the proxy was asked: what follows is the destination's.
    func proceed() -> Verdict {
        while true {
            var problem: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: ProxyRequest.mostBytes) { buffer, filled in
                let count = ce_peek(client, buffer.baseAddress, buffer.count)
                if count < 0 { problem = errno }
                filled = max(0, count)
            }
            if problem == EAGAIN { return .waits }
            guard problem == 0, !bytes.isEmpty else { return .done }
            switch ProxyRequest(bytes, isGreeted: isGreeted) {
            case .incomplete: return bytes.count < ProxyRequest.mostBytes ? .waits : .done
            case .refused(let reason, let answer):
                proxy.report.refuse(.proxy, "of the proxy was asked what it does not do: \(reason)")
                take(bytes.count)
                say(answer)
                return .done
            case .greeting(let length, let answer):
                take(length)
                isGreeted = true
                guard say(answer) else { return .done }
            case .connect(let target, let length, let answers):
                take(length)
                return .leads(to: target, Opening(answers))
            case .forward(let target, let length, let head, let body, let answers):
                take(length)
                return .leads(to: target, Opening(answers, request: head, body: body))
            }
        }
    }

    /// What stands unread would turn the end into a reset, and the answer with it.
    private func take(_ count: Int) {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = read(client, &bytes, count)
    }

    /// Answers are short, and the first that is sent: the socket takes them whole.
    @discardableResult
    func say(_ answer: [UInt8]) -> Bool {
        answer.isEmpty || ce_send(client, answer, answer.count) == answer.count
    }

    /// True once its time is over.
    func isOver(at now: Int64) -> Bool { now >= end }
}

/// What is left to say of a request to the proxy when its connection exists.
struct Opening {
    let answers: ProxyRequest.Answers
    /// Goes to the destination before all else, if it is one request of HTTP; then so many bytes more, or all.
    var request: (head: [UInt8], body: Int?)?

    init(_ answers: ProxyRequest.Answers) {
        self.answers = answers
    }

    init(_ answers: ProxyRequest.Answers, request head: [UInt8], body: Int?) {
        self.answers = answers
        request = (head, body)
    }
}

/// The proxy of a call.
final class ServedProxy {
    let listener: Int32
    /// The number of its call.
    let call: Int
    /// What was asked for that the call has no grant for.
    var report = EgressReport()
    var clients: Set<ProxyClient> = []

    /// That have not said yet where they lead.
    static let mostClients = 64

    init(listener: Int32, call: Int) {
        self.listener = listener
        self.call = call
    }
}
