import Hosts
import StrictJSON
import Testing

@testable import Egress

@Suite("Host and broker understand one another, and nothing else")
struct MessageTests {
    static func report() -> EgressReport {
        var report = EgressReport()
        report.dialled("93.184.216.34")
        report.connections = 2
        report.up = 10
        report.down = 1 << 40
        report.refuse(.address, "x")
        report.refuse(.address, "y")
        return report
    }

    @Test("what is written is read back")
    func roundTrips() throws {
        let limits = EgressLimits(connections: 1, bytes: 2, milliseconds: 3)
        let destinations = [
            EgressDestination(
                try Destination("[2606:2800::1]:80"),
                opened: [try AddressRange("fd00::/8"), try AddressRange("10.0.0.0/8")],
                limits: limits),
            EgressDestination(try Destination("good.example:443"), limits: limits),
        ]
        for request in [BrokerRequest.open(call: 7, destinations), .close(call: 7)] {
            #expect(BrokerRequest(request.encoded()) == request)
        }
        for answer in [BrokerAnswer.opened(call: 1), .refused(call: 2, reason: "x"), .closed(call: 3, [Self.report()])]
        {
            #expect(BrokerAnswer(answer.encoded()) == answer)
        }
    }

    static let garbage = [
        "", "{}", "[]", "x", "{\"opened\":-1}", "{\"opened\":\"1\"}", "{\"closed\":1}",
        "{\"closed\":1,\"destinations\":[{}]}", "{\"open\":1,\"destinations\":[{\"to\":\"x\"}]}",
        "{\"opened\":1,\"opened\":2}",
    ]

    @Test("what is none is nothing", arguments: garbage)
    func refuses(text: String) {
        #expect(BrokerAnswer(Array(text.utf8)) == nil)
        #expect(BrokerRequest(Array(text.utf8)) == nil)
    }

    @Test("a report stays small, whatever strangers do")
    func bounded() {
        var report = EgressReport()
        for number in 0..<10_000 {
            report.dialled("2606:2800:220:1:248:1893:25c8:\(number)")
            for reason in EgressReport.Reason.allCases { report.refuse(reason, String(repeating: "x", count: 5000)) }
        }
        let answer = BrokerAnswer.closed(call: 1, Array(repeating: report, count: 32))
        #expect(answer.encoded().count < BrokerAnswer.mostBytes)
        #expect(BrokerAnswer(answer.encoded()) == answer)
    }
}
