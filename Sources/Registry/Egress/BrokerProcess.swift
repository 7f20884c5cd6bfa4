import Egress
import LinuxIO

/// One process of the broker, in its box. A call's number is the number of what is asked about it.
typealias BrokerProcess = AskedProcess<BrokerAnswer>

extension BrokerAnswer: NumberedAnswer {
    var number: Int {
        switch self {
        case .opened(let call), .refused(let call, _), .closed(let call, _): call
        }
    }
}

extension AskedProcess<BrokerAnswer> {
    /// Asks, and waits for the answer; nil if it died.
    func ask(_ request: BrokerRequest, of call: Int, with sockets: [SharedDescriptor] = []) async -> BrokerAnswer? {
        await ask(call, request.encoded(), with: sockets)
    }
}
