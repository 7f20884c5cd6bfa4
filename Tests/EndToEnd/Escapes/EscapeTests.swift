import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A hostile tool or agent gets through with nothing")
struct EscapeTests {
    @Test("of all that it tries: outside most of it succeeds, inside nothing", arguments: Person.possible)
    func everything(person: Person) throws {
        let scene = try EscapeScene(person)
        var table = try EscapeTable(person, isGrouped: scene.isGrouped())
        for place in Place.allCases { table.enter(try scene.attempts(in: place), in: place) }
        table.check()
        table.report()
    }

    @Test("the attempts are many, of every area, and each has a name of its own")
    func suite() throws {
        let attempts = try Probe.attempts()
        #expect(attempts.count >= 400)
        #expect(Set(attempts.map(\.name)).count == attempts.count)
        let areas = Dictionary(grouping: attempts, by: \.area)
        let expected = [
            "files", "processes", "kernel", "network", "ipc", "terminal", "resources", "registry", "agent's box",
        ]
        for area in expected {
            #expect((areas[area]?.count ?? 0) >= 10, "\(area)")
        }
        for advisory in attempts.compactMap(\.advisory).flatMap({ $0.split(separator: ", ") }) {
            #expect(advisory.hasPrefix("CVE-"))
        }
    }
}
