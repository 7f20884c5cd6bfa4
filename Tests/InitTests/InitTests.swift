import Glibc
import TestSupport
import Testing

/// The promises of agentbox-init are cases of a C driver (driver/): a host in miniature that writes plans by hand, and
/// that runs under whatever id it is given. Here each becomes a test, as root where the tests are, and as a user.
@Suite("agentbox-init")
struct InitTests {
    /// A promise, and who is to check it.
    struct Case: CustomTestStringConvertible, Sendable {
        let promise: String
        let person: Person

        var testDescription: String { "\(promise), as \(person == .root ? "root" : "a user")" }
    }

    static let programs: (driver: String, initProgram: String)? = {
        guard let driver = try? HelperProcess.built("init-driver"),
            let initProgram = try? HelperProcess.built("agentbox-init")
        else { return nil }
        return (driver, initProgram)
    }()

    static let cases: [Case] = {
        guard let programs else { return [] }
        let list = Command.run([programs.driver, programs.initProgram, "--list"])
        let promises = list.output.split(separator: "\n").map(String.init)
        return Person.possible.flatMap { person in promises.map { Case(promise: $0, person: person) } }
    }()

    @Test("the driver and init were built, and there are promises")
    func built() {
        #expect(Self.programs != nil)
        #expect(Self.cases.count >= 50)
    }

    @Test("keeps its promise", arguments: cases)
    func promise(_ one: Case) throws {
        let programs = try #require(Self.programs)
        let person = one.person == .ordinaryUser ? ["--as-user"] : []
        let result = Command.run([programs.driver, programs.initProgram] + person + [one.promise])
        #expect(result.status == 0, "\(result.output)\(result.errorOutput)")
        #expect(result.output.hasPrefix("ok "))
    }
}
